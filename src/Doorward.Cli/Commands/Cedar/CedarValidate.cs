using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar.Validation;
using Doorward.Cli.Output;
using Doorward.Core.Applications;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar validate`: policies against a schema; the exit code 1 says that they are invalid.</summary>
internal static class CedarValidate
{
    private static readonly Option<bool> Permissive = new("--permissive") { Description = "Let pass all that cannot fail, instead of only what is strictly typed" };

    public static Command Create() => new Command("validate", "Validate policies against a schema; exit code 1 says that they are invalid")
    {
        CedarSources.Policies, CedarSources.RequiredSchema, Permissive,
    }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var schema = await CedarSources.ReadSchemaAsync(invocation.Value(CedarSources.RequiredSchema)!, cancel);
        var file = invocation.Value(CedarSources.Policies)!;
        var policies = await CedarSources.ReadPoliciesAsync(file, cancel);
        var mode = invocation.Value(Permissive) ? ValidationMode.Permissive : ValidationMode.Strict;
        var result = new PolicyValidator(schema, mode).Validate(policies);
        var findings = new JsonArray(
        [
            .. result.Errors.Select(finding => Describe("error", finding)),
            .. result.Warnings.Select(finding => Describe("warning", finding)),
        ]);
        if (findings.Count > 0 || invocation.Format != OutputFormat.Table)
        {
            invocation.Print(findings, new("", "severity"), new("POLICY", "policy"), new("LINE", "line"), new("COLUMN", "column"), new("FOUND", "message"), new("HINT", "hint"));
        }
        else
        {
            invocation.Say($"{Counted.Of(policies.Count + policies.Templates.Count(), "policy is", "policies are")} valid.");
        }

        return result.IsValid ? CommandLine.Done : CommandLine.Failed;
    }

    private static JsonObject Describe(string severity, ValidationFinding finding)
    {
        var json = CedarFindings.Describe(finding);
        json.Insert(0, "severity", severity);
        return json;
    }
}
