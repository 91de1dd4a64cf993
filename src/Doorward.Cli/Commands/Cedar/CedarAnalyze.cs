using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar.Analysis;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar analyze`: policies that change no decision; the exit code 1 says that there are some.</summary>
internal static class CedarAnalyze
{
    public static Command Create() => new Command("analyze", "Find policies that can never apply or are always overruled; exit code 1 says that there are some")
    {
        CedarSources.Policies, CedarSources.RequiredSchema,
    }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var schema = await CedarSources.ReadSchemaAsync(invocation.Value(CedarSources.RequiredSchema)!, cancel);
        var policies = await CedarSources.ReadPoliciesAsync(invocation.Value(CedarSources.Policies)!, cancel);
        var findings = new PolicyAnalyzer(schema).Analyze(policies);
        if (findings.Count == 0 && invocation.Format == OutputFormat.Table)
        {
            invocation.Say($"Each of {policies.Count} policies may change a decision, as far as types and scopes tell.");
            return CommandLine.Done;
        }

        invocation.Print(
            new JsonArray([.. findings.Select(Describe)]),
            new("POLICY", "policy"), new("LINE", "line"), new("COLUMN", "column"), new("FOUND", "message"), new("OVERRULED BY", "others"));
        return findings.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static JsonObject Describe(AnalysisFinding finding) => new()
    {
        ["policy"] = finding.PolicyId,
        ["kind"] = finding.Kind == AnalysisKind.NeverApplies ? "neverApplies" : "alwaysOverruled",
        ["message"] = finding.Message,
        ["others"] = new JsonArray([.. finding.Others.Select(other => JsonValue.Create(other))]),
        ["line"] = finding.Location.Line,
        ["column"] = finding.Location.Column,
        ["start"] = finding.Location.Start,
        ["length"] = finding.Location.Length,
    };
}
