using System.CommandLine;
using Doorward.Core.Applications;

namespace Doorward.Cli;

/// <summary>Parses the arguments, runs the command they name and returns the exit code: 0 done, 1 refused or failed, 2 wrong usage; `policy can` has one more.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <summary>A question that is answered by the exit code could not be asked, or not of anybody.</summary>
    public const int NoAnswer = 3;

    public static async Task<int> RunAsync(string[] args, IEnumerable<Command> nouns, InvocationConfiguration configuration)
    {
        var root = new RootCommand("Doorward: every request, connection and packet flow is decided by policy, for as long as the policy says so.");
        GlobalOptions.AddTo(root);
        HelpWithExamples.AddTo(root);
        foreach (var noun in nouns)
        {
            root.Add(noun);
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            var command = string.Join(' ', Path(parsed.CommandResult.Command));
            var what = parsed.UnmatchedTokens is [var unknown, ..] ? Unknown(unknown, parsed.CommandResult.Command)
                : parsed.CommandResult.Command is { Action: null } noun ? Incomplete(noun)
                : parsed.Errors[0].Message.TrimEnd('.');
            await configuration.Error.WriteLineAsync(Output.Printable.OneLine($"doorward: {what}; see `{command} --help`"));
            return WrongUsage;
        }

        return await parsed.InvokeAsync(configuration);
    }

    private static string Unknown(string word, Command command)
    {
        var known = command.Subcommands.Select(verb => verb.Name).Concat(command.Options.Select(option => option.Name));
        return $"'{word}' is not known here" + (Spelling.Nearest(word, known) is { } near ? $"; did you mean {near}?" : "");
    }

    private static string Incomplete(Command noun) => noun is RootCommand
        ? "say what to do, for example `doorward up`"
        : $"say what to do: {string.Join(", ", noun.Subcommands.Select(verb => verb.Name))}";

    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? [.. Path(parent), command.Name] : ["doorward"];
}
