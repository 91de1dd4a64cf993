using System.Text.Json.Nodes;

namespace Doorward.Console.Policies;

/// <summary>One test of a policy as one fills it in.</summary>
public sealed class TestModel
{
    public string Name { get; set; } = "";

    public CaseModel Case { get; init; } = new() { ["action"] = "read" };

    public string Expect { get; set; } = "allow";

    /// <summary>A policy that must be among those that decide; empty when any may.</summary>
    public string By { get; set; } = "";

    public static TestModel Read(JsonObject json)
    {
        var rest = (JsonObject)json.DeepClone();
        foreach (var own in new[] { "name", "expect", "by" }) rest.Remove(own);
        return new TestModel
        {
            Name = json["name"]?.ToString() ?? "",
            Case = CaseModel.Read(rest),
            Expect = json["expect"]?.ToString() ?? "allow",
            By = json["by"]?.ToString() ?? "",
        };
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name.Trim() };
        foreach (var (field, value) in Case.ToJson()) json[field] = value?.DeepClone();
        json["expect"] = Expect;
        if (By.Trim() is { Length: > 0 } by) json["by"] = by;
        return json;
    }

    public TestModel Copy() => Read(ToJson());
}
