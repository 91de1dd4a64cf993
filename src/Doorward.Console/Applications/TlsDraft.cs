using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>Trust in an https upstream and identity towards it, as the form shows it. A key is written and never shown.</summary>
public sealed class TlsDraft
{
    // What stands for a new key in a document that is shown.
    private const string Withheld = "THE-CLIENT-KEY";
    private JsonObject _rest = [];

    public string Ca { get; set; } = "";

    public string ServerName { get; set; } = "";

    public string ClientCertificate { get; set; } = "";

    /// <summary>A new key; empty keeps the one that is there.</summary>
    public string ClientKey { get; set; } = "";

    /// <summary>Gives up the key that is there.</summary>
    public bool ForgetKey { get; set; }

    /// <summary>That a key is stored.</summary>
    public bool HasKey => _rest["clientKey"] is not null;

    /// <summary>Whether another key would be stored than is, or none.</summary>
    public bool ChangesKey => !string.IsNullOrWhiteSpace(ClientKey) || (ForgetKey && HasKey);

    internal static TlsDraft From(JsonObject spec)
    {
        var fields = new SpecFields(spec);
        return new() { Ca = fields.TakeText("ca"), ServerName = fields.TakeText("serverName"), ClientCertificate = fields.TakeText("clientCertificate"), _rest = fields.Rest };
    }

    internal JsonObject ToSpec() => Spec(ClientKey);

    /// <summary>As people see it: what was typed as a key does not stand there.</summary>
    internal JsonObject ToShown() => Spec(string.IsNullOrWhiteSpace(ClientKey) ? "" : Withheld);

    // A record of it must never hold the key.
    public override string ToString() => nameof(TlsDraft);

    private JsonObject Spec(string key)
    {
        var spec = new JsonObject();
        SpecFields.Put(spec, "ca", Ca);
        SpecFields.Put(spec, "serverName", ServerName);
        SpecFields.Put(spec, "clientCertificate", ClientCertificate);
        foreach (var (name, value) in _rest) spec[name] = value?.DeepClone();
        if (ForgetKey) spec.Remove("clientKey");
        SpecFields.Put(spec, "clientKey", key);
        return spec;
    }
}
