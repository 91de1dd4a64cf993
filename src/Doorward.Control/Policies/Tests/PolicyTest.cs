using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Policies.Cases;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Core.Applications;

namespace Doorward.Control.Policies.Tests;

/// <summary>A case and the answer that it must get, kept with a policy and asked before every publication.</summary>
/// <param name="Name">What it is about, in words.</param>
/// <param name="Case">Who asks for what.</param>
/// <param name="Allow">Whether the answer must be an allow.</param>
/// <param name="By">A policy that must be among those that decide; null when any may.</param>
internal sealed record PolicyTest(string Name, AccessCase Case, bool Allow, string? By);

/// <summary>Tests as they stand in a policy's document and in storage.</summary>
internal static class PolicyTestText
{
    public const string Field = "tests";
    private const int MostOfOnePolicy = 500, LongestName = 200;

    /// <summary>Reads the list, and reports every mistake with the place of its test.</summary>
    public static ImmutableArray<PolicyTest> Read(SpecReader policy) => [.. policy.Objects(Field, MostOfOnePolicy).Select(ReadOne)];

    /// <summary>The list as people write it; null when it is empty.</summary>
    public static string? ToJson(ImmutableArray<PolicyTest> tests) =>
        tests.IsEmpty ? null : new JsonArray([.. tests.Select(static test => (JsonNode)WriteOne(test))]).ToJsonString();

    /// <summary>The list that was kept.</summary>
    public static ImmutableArray<PolicyTest> FromJson(string? json)
    {
        if (json is null) return [];
        using var document = JsonDocument.Parse($$"""{"{{Field}}":{{json}}}""");
        var errors = new List<ResourceError>();
        var tests = Read(new SpecReader(document.RootElement, errors));
        return errors.Count == 0 ? tests : throw new InvalidOperationException($"A kept policy test cannot be read: {errors[0].Field} {errors[0].Message}");
    }

    private static PolicyTest ReadOne(SpecReader fields)
    {
        var name = fields.RequiredText("name", "say in words what it tests", LongestName) is null ? "" : fields.Line("name", LongestName) ?? "";
        var asked = AccessCaseText.Read(fields);
        var expect = fields.RequiredText("expect", "write expect: allow or expect: deny");
        if (expect is not (null or "allow" or "deny")) fields.Fail("expect", $"'{Shown.Text(expect)}' is neither allow nor deny", "write allow or deny");
        var by = fields.Text("by", ResourceName.MaxLength);
        fields.End();
        return new PolicyTest(name, asked, expect == "allow", string.IsNullOrEmpty(by) ? null : by);
    }

    private static JsonObject WriteOne(PolicyTest test) =>
        AccessCaseText.Write(new SpecWriter().Text("name", test.Name), test.Case).Text("expect", test.Allow ? "allow" : "deny").Text("by", test.By).Spec;
}
