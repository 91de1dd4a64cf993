using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar format` and `policy format`: the one layout of policies, printed, checked, or written back, without an installation.</summary>
internal static class CedarFormat
{
    private static readonly Argument<string[]> Files = new("file") { Description = "Cedar policies, or - for stdin", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> Check = new("--check") { Description = "Write nothing; exit code 1 says that a file is laid out otherwise" };
    private static readonly Option<bool> Write = new("--write", "-w") { Description = "Write the files" };

    public static Command Create() => new Command("format", "Lay out Cedar policies in the one way; comments are kept") { Files, Check, Write }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var code = CommandLine.Done;
        foreach (var file in invocation.Value(Files)!)
        {
            var text = TextFile.Read(file);
            var result = PolicyFormatter.Format(text, CedarSources.Limits);
            var formatted = result.Text ?? throw CedarSources.Failure(TextFile.NameOf(file), result.Errors);
            if (invocation.Value(Check))
            {
                if (formatted != text)
                {
                    invocation.Say($"{TextFile.NameOf(file)} is laid out otherwise.");
                    code = CommandLine.Failed;
                }
            }
            else if (invocation.Value(Write) && file != TextFile.Stdin)
            {
                if (formatted != text)
                {
                    await File.WriteAllTextAsync(file, formatted, cancel);
                }
            }
            else if (invocation.Format == OutputFormat.Table)
            {
                await invocation.Out.WriteAsync(formatted);
            }
            else
            {
                invocation.Print(new JsonObject { ["cedar"] = formatted });
            }
        }

        return code;
    }
}
