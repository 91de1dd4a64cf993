using System.CommandLine;
using Doorward.Cedar;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar format`: the one layout of policies, printed, checked, or written back.</summary>
internal static class CedarFormat
{
    private static readonly Argument<FileInfo[]> Files = new("FILE") { Description = "Cedar policies", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> Check = new("--check") { Description = "Write nothing; exit code 1 says that a file is laid out otherwise" };
    private static readonly Option<bool> Write = new("--write", "-w") { Description = "Write the files" };

    public static Command Create() => new Command("format", "Lay out policies in the one way; comments are kept") { Files, Check, Write }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var code = CommandLine.Done;
        foreach (var file in invocation.Value(Files))
        {
            var text = await File.ReadAllTextAsync(file.FullName, cancel);
            var result = PolicyFormatter.Format(text, CedarSources.Limits);
            var formatted = result.Text ?? throw CedarSources.Failure(file, result.Errors);
            if (invocation.Value(Check))
            {
                if (formatted != text)
                {
                    invocation.Say($"{file} is laid out otherwise.");
                    code = CommandLine.Failed;
                }
            }
            else if (!invocation.Value(Write))
            {
                await invocation.Out.WriteAsync(formatted);
            }
            else if (formatted != text)
            {
                await File.WriteAllTextAsync(file.FullName, formatted, cancel);
            }
        }

        return code;
    }
}
