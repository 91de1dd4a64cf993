using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>Whether and how gateways ask upstreams how they are, as the form shows it. Empty fields are the usual.</summary>
public sealed class HealthCheckDraft
{
    private JsonObject _rest = [];

    public bool On { get; set; }

    public string Path { get; set; } = "";

    public string Interval { get; set; } = "";

    public string Timeout { get; set; } = "";

    internal static HealthCheckDraft From(bool on, JsonObject spec)
    {
        var fields = new SpecFields(spec);
        return new() { On = on, Path = fields.TakeText("path"), Interval = fields.TakeText("interval"), Timeout = fields.TakeText("timeout"), _rest = fields.Rest };
    }

    internal JsonObject ToSpec()
    {
        var spec = new JsonObject();
        SpecFields.Put(spec, "path", Path);
        SpecFields.Put(spec, "interval", Interval);
        SpecFields.Put(spec, "timeout", Timeout);
        foreach (var (name, value) in _rest) spec[name] = value?.DeepClone();
        return spec;
    }
}
