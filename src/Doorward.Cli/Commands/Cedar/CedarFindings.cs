using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cedar.Syntax;
using Doorward.Cedar.Validation;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>Findings of validation and errors of text as JSON.</summary>
internal static class CedarFindings
{
    public static JsonObject Describe(ValidationFinding finding)
    {
        var json = new JsonObject { ["policy"] = finding.PolicyId, ["kind"] = finding.Kind.ToString(), ["message"] = finding.Message };
        AddPlace(json, finding.Location);
        if (finding.Expected is not null)
        {
            json["expected"] = finding.Expected;
        }

        if (finding.Environment is not null)
        {
            json["environment"] = finding.Environment;
        }

        return AddHint(json, finding.Hint);
    }

    public static JsonObject Describe(ParseError error)
    {
        var json = new JsonObject { ["kind"] = "Syntax", ["message"] = error.Message };
        AddPlace(json, error.Location);
        return AddHint(json, error.Hint);
    }

    private static void AddPlace(JsonObject json, SourceLocation location)
    {
        json["line"] = location.Line;
        json["column"] = location.Column;
        json["start"] = location.Start;
        json["length"] = location.Length;
    }

    private static JsonObject AddHint(JsonObject json, string? hint)
    {
        if (hint is not null)
        {
            json["hint"] = hint;
        }

        return json;
    }
}
