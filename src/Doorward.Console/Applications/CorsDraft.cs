using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>What other origins may ask of an application, as its form shows it.</summary>
public sealed class CorsDraft
{
    private JsonObject _rest = [];

    public string Origins { get; set; } = "";

    public string Methods { get; set; } = "";

    public string Headers { get; set; } = "";

    public bool Credentials { get; set; }

    public string MaxAge { get; set; } = "";

    internal static CorsDraft From(JsonObject spec)
    {
        var fields = new SpecFields(spec);
        return new()
        {
            Origins = fields.TakeLines("origins"),
            Methods = fields.TakeLines("methods"),
            Headers = fields.TakeLines("headers"),
            Credentials = fields.TakeFlag("credentials"),
            MaxAge = fields.TakeText("maxAge"),
            _rest = fields.Rest,
        };
    }

    internal JsonObject ToSpec()
    {
        var spec = new JsonObject();
        SpecFields.Put(spec, "origins", SpecFields.Lines(Origins));
        SpecFields.Put(spec, "methods", SpecFields.Lines(Methods));
        SpecFields.Put(spec, "headers", SpecFields.Lines(Headers));
        if (Credentials) spec["credentials"] = true;
        SpecFields.Put(spec, "maxAge", MaxAge);
        foreach (var (name, value) in _rest) spec[name] = value?.DeepClone();
        return spec;
    }
}
