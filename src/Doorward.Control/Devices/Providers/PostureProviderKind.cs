using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Devices.Providers;

/// <summary>Products that know how machines do, and confirm a fact of theirs.</summary>
internal sealed class PostureProviderKind(SecretFields secrets) : DocumentKind<PostureProviderSpec>
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(7);

    public override string Kind => ResourceKinds.PostureProvider;

    public override string Plural => "postureproviders";

    protected override PostureProviderSpec ReadSpec(SpecReading reading)
    {
        var fields = reading.Spec;
        var stored = reading.StoredAs<PostureProviderSpec>();
        var product = fields.Text("product");
        var spec = new PostureProviderSpec
        {
            Fact = fields.Text("fact") ?? FactNames.EndpointDetection,
            Passes = fields.Choice("passes", PassingHealth.Green),
            MaxAge = Within(fields, "maxAge", ShortestAge, LongestAge) ?? PostureProviderSpec.UsualMaxAge,
            Product = product,
            Mapping = fields.Object("mapping") is { } mapping ? MappingFields.Read(mapping) : null,
            Match = fields.Object("match") is { } match ? MappingFields.ReadMatch(match) : null,
            Poll = fields.Object("poll") is { } poll ? ReadPoll(poll, reading, stored?.Poll) : null,
            WebhookSecretSealed = ReadWebhook(fields, stored?.WebhookSecretSealed, reading.Name),
        };
        fields.End();
        Check(fields, spec);
        return spec;
    }

    protected override JsonObject WriteSpec(PostureProviderSpec spec) => new SpecWriter()
        .Text("product", spec.Product)
        .Object("mapping", spec.Mapping is null ? null : MappingFields.Write(spec.Mapping))
        .Object("match", spec.Match is null ? null : new SpecWriter().Text("at", spec.Match.At).Text("label", spec.Match.Label))
        .Text("fact", spec.Fact == FactNames.EndpointDetection ? null : spec.Fact)
        .Choice("passes", spec.Passes, PassingHealth.Green)
        .Duration("maxAge", spec.MaxAge, PostureProviderSpec.UsualMaxAge)
        .Object("poll", spec.Poll is not { } poll ? null : new SpecWriter()
            .Text("url", poll.Url.OriginalString)
            .Secret("bearer", poll.BearerSealed)
            .Duration("interval", poll.Interval, ProviderPoll.UsualInterval)
            .Text("ca", poll.CaPem)
            .Flag("allowSpecialAddresses", poll.AllowSpecialAddresses))
        .Object("webhook", spec.WebhookSecretSealed is null ? null : new SpecWriter().Secret("secret", spec.WebhookSecretSealed))
        .Spec;

    protected override PostureProviderSpec FromJson(string json) => Load(json);

    protected override string ToJson(PostureProviderSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    internal static PostureProviderSpec Load(string json) => JsonSerializer.Deserialize<PostureProviderSpec>(json, JsonSerializerOptions.Web)!;

    private static void Check(SpecReader fields, PostureProviderSpec spec)
    {
        if (FactNames.Find(spec.Fact) is null) fields.Fail("fact", $"there is no fact {Shown.Text(spec.Fact)}", "see docs/reference/posture.md");
        if (spec.Product is null == spec.Mapping is null) fields.Fail("product", "one of product and mapping is needed", $"write product: with one of {string.Join(", ", RecordMapping.Shipped.Keys)}");
        else if (spec.Product is { } product && !RecordMapping.Shipped.ContainsKey(product))
            fields.Fail("product", $"'{Shown.Text(product)}' is not known", $"write one of {string.Join(", ", RecordMapping.Shipped.Keys)}, or a mapping of your own");
        if (spec is { Mapping.HostName: null, Match: null }) fields.Fail("mapping.hostName", "nothing says whose a record is", "add hostName: with a pointer, or match:");
        if (spec.Poll is null && spec.WebhookSecretSealed is null) fields.Fail("poll", "one of poll and webhook is needed, or nothing is ever heard", "add poll: { url: https://... }");
    }

    private ProviderPoll? ReadPoll(SpecReader fields, SpecReading reading, ProviderPoll? stored)
    {
        var special = fields.Flag("allowSpecialAddresses");
        var url = fields.RequiredText("url", "add url: with the https address that lists the machines", 2048);
        var violations = new List<RuleViolation>();
        Uri? address = null;
        if (url is not null && (!Uri.TryCreate(url, UriKind.Absolute, out address) || address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0 || address.Fragment.Length > 0))
        {
            fields.Fail("url", "is no https address", "write https://host/path; the secret goes into bearer:");
            address = null;
        }

        if (address is not null) UpstreamRules.CheckTarget(address, "url", special, reading.Installation.OwnPorts, violations);
        fields.Fail(violations);
        var poll = new ProviderPoll
        {
            Url = address ?? new Uri("https://provider.invalid"),
            Interval = Within(fields, "interval", ShortestInterval, LongestInterval) ?? ProviderPoll.UsualInterval,
            BearerSealed = secrets.Read(fields, "bearer", stored?.BearerSealed, SecretPurposes.PostureProviderBearer, reading.Name),
            CaPem = Pem.ReadCertificates(fields, "ca"),
            AllowSpecialAddresses = special,
        };

        // A secret that is kept goes nowhere else than it went before.
        if (poll.BearerSealed is { } kept && kept == stored?.BearerSealed && poll.Url.Authority != stored.Url.Authority)
            fields.Fail("bearer", "is kept, but the address is another host's", "give the secret itself");
        fields.End();
        return poll;
    }

    private string? ReadWebhook(SpecReader fields, string? stored, string name)
    {
        if (fields.Object("webhook") is not { } webhook) return null;
        if (webhook.Secret("secret") is { Kept: false, IsAbsent: false, Value: { } text } && WebhookSignature.KeyOf(text) is null)
            webhook.Fail("secret", "is no secret of a webhook", "write whsec_ and 24 to 64 random bytes in base64");
        var secret = secrets.Read(webhook, "secret", stored, SecretPurposes.PostureProviderWebhook, name);
        if (secret is null) webhook.Fail("secret", "is missing", "write whsec_ and 24 to 64 random bytes in base64");
        webhook.End();
        return secret;
    }

    private static TimeSpan? Within(SpecReader fields, string field, TimeSpan least, TimeSpan most)
    {
        var duration = fields.Duration(field);
        if (duration < least || duration > most) fields.Fail(field, "is too short or too long", $"write {DurationText.Format(least)} to {DurationText.Format(most)}");
        return duration;
    }
}
