using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Console.Applications;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Devices;

/// <summary>
/// One posture rule on the way from what is in force to what somebody makes of it. The version that it is based on is remembered with the
/// draft, so that a draft which outlives somebody else's change meets a conflict. What the form does not know is kept as it was.
/// </summary>
public sealed class RuleEdit
{
    private JsonObject _rest = [];
    private LabelLines _labels = LabelLines.None;
    private string _saved = "";

    /// <summary>What a rule that is not there yet shall be called.</summary>
    public string Name { get; set; } = "";

    /// <summary>The expression.</summary>
    public string When { get; set; } = "";

    /// <summary>Whether a device that fails it is only told so.</summary>
    public bool Warns { get; set; }

    /// <summary>Durations such as 1d; empty for the usual ones.</summary>
    public string Grace { get; set; } = "";

    public string Tighten { get; set; } = "";

    public string Loosen { get; set; } = "";

    /// <summary>Lines of <c>key=value</c>.</summary>
    public string Labels { get; set; } = "";

    public HashSet<string> Platforms { get; private set; } = new(StringComparer.Ordinal);

    public string Title { get; set; } = "";

    public string Fix { get; set; } = "";

    public bool IsChanged => ToSpec().ToJsonString() != _saved;

    public static RuleEdit New(string when) => From(new JsonObject { ["when"] = when });

    public static RuleEdit Of(ResourceView rule) => From(rule.Spec);

    public JsonObject ToSpec()
    {
        var spec = new JsonObject { ["when"] = When.Trim() };
        if (Warns) spec["severity"] = "warn";
        SpecFields.Put(spec, "grace", Grace);
        SpecFields.Put(spec, "tighten", Tighten);
        SpecFields.Put(spec, "loosen", Loosen);
        SpecFields.Put(spec, "labels", _labels.Read(Labels));
        SpecFields.Put(spec, "platforms", [.. Platforms.Order(StringComparer.Ordinal)]);
        SpecFields.Put(spec, "title", Title);
        SpecFields.Put(spec, "fix", Fix);
        foreach (var (name, value) in _rest) spec[name] = value?.DeepClone();
        return spec;
    }

    /// <summary>All but the expression, which its editor keeps itself; with the version it is made on.</summary>
    public string ToDraft(string? etag)
    {
        var spec = ToSpec();
        spec.Remove("when");
        return new JsonObject { ["name"] = Name, ["etag"] = etag, ["spec"] = spec }.ToJsonString();
    }

    /// <summary>False when it is none of ours.</summary>
    public bool Restore(string draft, out string? etag)
    {
        etag = null;
        try
        {
            if (JsonNode.Parse(draft) is not JsonObject kept || kept["spec"] is not JsonObject spec) return false;
            Take(spec);
            (Name, etag) = (kept["name"]?.ToString() ?? "", kept["etag"]?.ToString());
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static RuleEdit From(JsonObject spec)
    {
        var edit = new RuleEdit { When = spec["when"]?.ToString() ?? "" };
        edit.Take(spec);
        edit._saved = edit.ToSpec().ToJsonString();
        return edit;
    }

    private void Take(JsonObject spec)
    {
        var fields = new SpecFields(spec.DeepClone().AsObject());
        _ = fields.TakeText("when");
        Warns = fields.TakeText("severity") == "warn";
        (Grace, Tighten, Loosen) = (fields.TakeText("grace"), fields.TakeText("tighten"), fields.TakeText("loosen"));
        _labels = LabelLines.Of(fields.TakeObject("labels"));
        Labels = _labels.Text;
        Platforms = [.. SpecFields.Lines(fields.TakeLines("platforms"))];
        (Title, Fix) = (fields.TakeText("title"), fields.TakeText("fix"));
        _rest = fields.Rest;
    }
}
