using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;
using Doorward.Control.Policies;

namespace Doorward.Cli.Commands;

/// <summary>`cedar format` and `policy format`: the same, on a file, without an installation.</summary>
internal static class CedarFormat
{
    private static readonly Argument<string> Source = new("file") { Description = "Cedar file, or - for stdin", HelpName = "FILE" };

    public static Command Create() => new Command("format", "Print Cedar policies in their usual form, one clause a line") { Source }.Runs((invocation, _) =>
    {
        var file = invocation.Value(Source);
        var (formatted, errors) = PolicyText.Format(TextFile.Read(file));
        if (formatted is null)
        {
            throw Wrong(TextFile.NameOf(file), errors);
        }

        if (invocation.Format == OutputFormat.Table)
        {
            return invocation.Out.WriteAsync(formatted);
        }

        invocation.Print(new JsonObject { ["cedar"] = formatted });
        return Task.CompletedTask;
    });

    /// <summary>The first error of a Cedar text, at its line and column; the rest is counted.</summary>
    public static CommandFailure Wrong(string file, IReadOnlyList<ParseError> errors)
    {
        var (first, rest) = (errors[0], errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "");
        return new CommandFailure(first.Message.TrimEnd('.') + rest, first.Hint, $"{file}:{first.Location.Line}:{first.Location.Column}");
    }
}
