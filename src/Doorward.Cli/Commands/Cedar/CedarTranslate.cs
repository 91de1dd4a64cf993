using System.CommandLine;
using Doorward.Cedar;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar translate` and `cedar schema`: from text to JSON and back, whichever it is.</summary>
internal static class CedarTranslate
{
    public static Command CreateForPolicies() => new Command("translate", "Translate policies from text to JSON, or from JSON to text") { CedarSources.Policies }
        .Runs(async (invocation, cancel) =>
        {
            var file = invocation.Value(CedarSources.Policies)!;
            var policies = await CedarSources.ReadPoliciesAsync(file, cancel);
            var isJson = CedarSources.IsJson(await File.ReadAllTextAsync(file.FullName, cancel));
            await invocation.Out.WriteAsync(isJson ? Text(policies) : PolicyJson.Write(policies, indented: true) + "\n");
        });

    public static Command CreateForSchemas() => new Command("schema", "Check a schema and translate it from text to JSON, or from JSON to text") { CedarSources.RequiredSchema }
        .Runs(async (invocation, cancel) =>
        {
            var file = invocation.Value(CedarSources.RequiredSchema)!;
            var schema = await CedarSources.ReadSchemaAsync(file, cancel);
            if (!CedarSources.IsJson(await File.ReadAllTextAsync(file.FullName, cancel)))
            {
                await invocation.Out.WriteLineAsync(schema.ToJson());
                return;
            }

            await invocation.Out.WriteAsync(schema.TryToText(out var text, out var problem) ? text : throw new CommandFailure(problem, null, file.FullName));
        });

    /// <summary>The statements as text. Their ids have no place there: they count from policy0 when it is read.</summary>
    public static string Text(PolicySet policies)
    {
        var statements = policies.Concat<PolicyStatement>(policies.Templates.OrderBy(template => template.Id, StringComparer.Ordinal));
        return PolicyFormatter.Format(string.Join('\n', statements.Select(statement => statement.ToString())), CedarSources.Limits).Text!;
    }
}
