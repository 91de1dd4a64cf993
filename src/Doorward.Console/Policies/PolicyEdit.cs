using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Policies;

/// <summary>
/// One policy on the way from what is published to what somebody makes of it. What it is based on is remembered with the draft: a draft
/// that outlives somebody else's publication meets a conflict, and does not take that back unseen.
/// </summary>
public sealed class PolicyEdit
{
    private PolicyEdit(string cedar, bool reportOnly, IReadOnlyList<TestModel> tests)
    {
        Published = Describe(cedar, reportOnly, tests);
        (Cedar, ReportOnly) = (cedar, reportOnly);
        Tests = [.. tests.Select(static test => test.Copy())];
    }

    public string Cedar { get; set; }

    /// <summary>What a policy that is not there yet shall be called.</summary>
    public string Name { get; set; } = "";

    public bool ReportOnly { get; set; }

    public List<TestModel> Tests { get; private set; }

    public bool IsChanged => Describe(Cedar, ReportOnly, Tests) != Published;

    private string Published { get; }

    public static PolicyEdit Of(ResourceView policy) => new(
        policy.Spec["cedar"]?.ToString() ?? "",
        policy.Spec["reportOnly"]?.GetValue<bool>() ?? false,
        [.. (policy.Spec["tests"] as JsonArray ?? []).OfType<JsonObject>().Select(TestModel.Read)]);

    public static PolicyEdit New(string cedar) => new(cedar, reportOnly: false, []);

    public JsonObject ToSpec() => Spec(Cedar, ReportOnly, Tests);

    public DocumentBody ToDocument(string name) => new("Policy", name, JsonSerializer.SerializeToElement(ToSpec()));

    /// <summary>All but the text, which the editor keeps itself; with the version it is made on.</summary>
    public string ToDraft(string? etag) => new JsonObject { ["name"] = Name, ["etag"] = etag, ["reportOnly"] = ReportOnly, ["tests"] = ToSpec()["tests"]?.DeepClone() }.ToJsonString();

    /// <summary>False when it is none of ours.</summary>
    public bool Restore(string draft, out string? etag)
    {
        etag = null;
        try
        {
            if (JsonNode.Parse(draft) is not JsonObject kept) return false;
            var tests = (kept["tests"] as JsonArray ?? []).OfType<JsonObject>().Select(TestModel.Read).ToList();
            (Name, ReportOnly, etag, Tests) = (kept["name"]?.ToString() ?? "", kept["reportOnly"]?.GetValue<bool>() ?? false, kept["etag"]?.ToString(), tests);
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Describe(string cedar, bool reportOnly, IReadOnlyList<TestModel> tests) => Spec(cedar.Trim(), reportOnly, tests).ToJsonString();

    private static JsonObject Spec(string cedar, bool reportOnly, IReadOnlyList<TestModel> tests)
    {
        var spec = new JsonObject { ["cedar"] = cedar };
        if (reportOnly) spec["reportOnly"] = true;
        if (tests.Count > 0) spec["tests"] = new JsonArray([.. tests.Select(static test => (JsonNode)test.ToJson())]);
        return spec;
    }
}
