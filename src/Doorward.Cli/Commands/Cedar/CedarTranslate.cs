using System.CommandLine;
using Doorward.Cedar;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar translate` and `cedar schema`: from text to JSON and back, whichever it is.</summary>
internal static class CedarTranslate
{
    private static readonly Argument<FileInfo?> File = new("file") { Description = "The same without the option", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };

    public static Command CreateForPolicies() => new Command("translate", "Translate policies from text to JSON, or from JSON to text") { File, CedarSources.SomePolicies }
        .OfOneFile(CedarSources.SomePolicies)
        .Runs(async (invocation, cancel) =>
        {
            var file = invocation.Value(File) ?? invocation.Value(CedarSources.SomePolicies)!;
            var policies = await CedarSources.ReadPoliciesAsync(file, cancel);
            var isJson = CedarSources.IsJson(await System.IO.File.ReadAllTextAsync(file.FullName, cancel));
            await invocation.Out.WriteAsync(isJson ? Text(policies) : PolicyJson.Write(policies, indented: true) + "\n");
        });

    public static Command CreateForSchemas() => new Command("schema", "Check a schema and translate it from text to JSON, or from JSON to text") { File, CedarSources.Schema }
        .OfOneFile(CedarSources.Schema)
        .Runs(async (invocation, cancel) =>
        {
            var file = invocation.Value(File) ?? invocation.Value(CedarSources.Schema)!;
            var schema = await CedarSources.ReadSchemaAsync(file, cancel);
            if (!CedarSources.IsJson(await System.IO.File.ReadAllTextAsync(file.FullName, cancel)))
            {
                await invocation.Out.WriteLineAsync(schema.ToJson());
                return;
            }

            await invocation.Out.WriteAsync(schema.TryToText(out var text, out var problem) ? text : throw new CommandFailure(problem, null, file.FullName));
        });

    private static Command OfOneFile(this Command command, Option<FileInfo?> option)
    {
        command.Validators.Add(result =>
        {
            if (result.GetValue(File) is null == result.GetValue(option) is null)
            {
                result.AddError($"say one FILE, or {option.Name} FILE");
            }
        });
        return command;
    }

    /// <summary>The statements as text. Their ids have no place there: they count from policy0 when it is read.</summary>
    public static string Text(PolicySet policies)
    {
        var statements = policies.Concat<PolicyStatement>(policies.Templates.OrderBy(template => template.Id, StringComparer.Ordinal));
        return PolicyFormatter.Format(string.Join('\n', statements.Select(statement => statement.ToString())), CedarSources.Limits).Text!;
    }
}
