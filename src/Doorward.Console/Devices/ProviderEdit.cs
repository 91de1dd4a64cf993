using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Console.Applications;

namespace Doorward.Console.Devices;

/// <summary>
/// A posture provider as its form shows it. Secrets are written and never shown; what the form does not know is kept as it was.
/// </summary>
public sealed class ProviderEdit
{
    // What stands for a new secret in a document that is shown.
    private const string Withheld = "THE-SECRET";
    private const int SecretLength = 32;
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };
    private JsonObject _rest = [], _restOfPoll = [], _restOfWebhook = [];

    /// <summary>What a provider that is not there yet shall be called.</summary>
    public string Name { get; set; } = "";

    /// <summary>Empty for a mapping of one's own.</summary>
    public string Product { get; set; } = "";

    /// <summary>JSON.</summary>
    public string Mapping { get; set; } = "";

    /// <summary>Empty for the usual one.</summary>
    public string Fact { get; set; } = "";

    public string MaxAge { get; set; } = "";

    public bool PassesYellow { get; set; }

    public string MatchAt { get; set; } = "";

    public string MatchLabel { get; set; } = "";

    public string Url { get; set; } = "";

    /// <summary>A new one; empty keeps the one that is there.</summary>
    public string Bearer { get; set; } = "";

    public bool ForgetBearer { get; set; }

    public string Interval { get; set; } = "";

    public string Ca { get; set; } = "";

    public bool Special { get; set; }

    /// <summary>A new one; empty keeps the one that is there.</summary>
    public string WebhookSecret { get; set; } = "";

    public bool NoWebhooks { get; set; }

    public bool HasBearer => _restOfPoll["bearer"] is not null;

    public bool HasWebhookSecret => _restOfWebhook["secret"] is not null;

    /// <summary>Nobody can put back a secret that nobody is told.</summary>
    public bool HasSecret => HasBearer || HasWebhookSecret;

    public bool ChangesSecret => !string.IsNullOrWhiteSpace(Bearer) || !string.IsNullOrWhiteSpace(WebhookSecret)
        || (HasBearer && (ForgetBearer || string.IsNullOrWhiteSpace(Url))) || (HasWebhookSecret && NoWebhooks);

    public static ProviderEdit New(string product) => new() { Product = product };

    public static ProviderEdit Of(JsonObject spec)
    {
        var fields = new SpecFields(spec.DeepClone().AsObject());
        var (poll, webhook, match) = (new SpecFields(fields.TakeObject("poll")), new SpecFields(fields.TakeObject("webhook")), new SpecFields(fields.TakeObject("match")));
        var mapping = fields.TakeObject("mapping");
        return new ProviderEdit
        {
            Product = fields.TakeText("product"),
            Mapping = mapping.Count == 0 ? "" : mapping.ToJsonString(s_indented),
            Fact = fields.TakeText("fact"),
            MaxAge = fields.TakeText("maxAge"),
            PassesYellow = fields.TakeText("passes") == "yellow",
            MatchAt = match.TakeText("at"),
            MatchLabel = match.TakeText("label"),
            Url = poll.TakeText("url"),
            Interval = poll.TakeText("interval"),
            Ca = poll.TakeText("ca"),
            Special = poll.TakeFlag("allowSpecialAddresses"),
            _rest = fields.Rest,
            _restOfPoll = poll.Rest,
            _restOfWebhook = webhook.Rest,
        };
    }

    /// <summary>A secret as webhooks are signed with, from the system's random numbers.</summary>
    public void MakeWebhookSecret() => (WebhookSecret, NoWebhooks) = ($"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretLength))}", false);

    public JsonObject ToSpec() => Spec(Bearer, WebhookSecret);

    /// <summary>The document as people see it: a secret that was typed does not stand there.</summary>
    public JsonObject ToShown() => Spec(string.IsNullOrWhiteSpace(Bearer) ? "" : Withheld, string.IsNullOrWhiteSpace(WebhookSecret) ? "" : Withheld);

    // A record of it must never hold a secret.
    public override string ToString() => nameof(ProviderEdit);

    private JsonObject Spec(string bearer, string webhookSecret)
    {
        var spec = new JsonObject();
        SpecFields.Put(spec, "product", Product);
        if (Product.Length == 0 && !string.IsNullOrWhiteSpace(Mapping)) spec["mapping"] = Parse(Mapping);
        var match = new JsonObject();
        SpecFields.Put(match, "at", MatchAt);
        SpecFields.Put(match, "label", MatchLabel);
        SpecFields.Put(spec, "match", match);
        SpecFields.Put(spec, "fact", Fact);
        if (PassesYellow) spec["passes"] = "yellow";
        SpecFields.Put(spec, "maxAge", MaxAge);
        if (!string.IsNullOrWhiteSpace(Url)) spec["poll"] = Poll(bearer);
        var webhook = NoWebhooks ? [] : _restOfWebhook.DeepClone().AsObject();
        if (!NoWebhooks) SpecFields.Put(webhook, "secret", webhookSecret);
        SpecFields.Put(spec, "webhook", webhook);
        foreach (var (name, value) in _rest) spec[name] = value?.DeepClone();
        return spec;
    }

    private JsonObject Poll(string bearer)
    {
        var poll = new JsonObject();
        SpecFields.Put(poll, "url", Url);
        SpecFields.Put(poll, "interval", Interval);
        SpecFields.Put(poll, "ca", Ca);
        if (Special) poll["allowSpecialAddresses"] = true;
        foreach (var (name, value) in _restOfPoll) poll[name] = value?.DeepClone();
        if (ForgetBearer) poll.Remove("bearer");
        SpecFields.Put(poll, "bearer", bearer);
        return poll;
    }

    // What is no JSON goes as the text it is: the API says what is wrong with it, and where.
    private static JsonNode? Parse(string mapping)
    {
        try
        {
            return JsonNode.Parse(mapping);
        }
        catch (JsonException)
        {
            return JsonValue.Create(mapping);
        }
    }
}
