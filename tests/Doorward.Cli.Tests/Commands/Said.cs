using System.CommandLine;

namespace Doorward.Cli.Tests.Commands;

/// <summary>What a command said and returned.</summary>
internal sealed record Said(int Code, string Out, string Error)
{
    public static async Task<Said> ByAsync(params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await CommandLine.RunAsync(args, Nouns.All(), new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Output = output,
            Error = error,
        });
        return new Said(code, output.ToString(), error.ToString());
    }
}
