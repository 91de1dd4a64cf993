using System.Net;
using System.Text.Json.Nodes;

namespace Doorward.Cli;

/// <summary>Ends a command with one line on stderr that says where, what, and what to do.</summary>
internal sealed class CommandFailure(string what, string? fix = null, string? where = null, Exception? cause = null)
    : Exception(what, cause)
{
    private const int MostShown = 20;

    public int ExitCode { get; init; } = CommandLine.Failed;

    /// <summary>Whether it failed because no installation runs where one was looked for.</summary>
    public bool NothingRuns { get; init; }

    /// <summary>What the server answered with, when the failure is its refusal.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The server's problem document, for commands that know more about the places in it.</summary>
    public JsonObject? Problem { get; init; }

    /// <summary>What else is wrong, a line each.</summary>
    public IReadOnlyList<CommandFailure> Further { get; init; } = [];

    /// <summary>The same failure with another exit code.</summary>
    public CommandFailure With(int exitCode) => new(Message, fix, where, this) { ExitCode = exitCode, NothingRuns = NothingRuns, Status = Status, Problem = Problem, Further = Further };

    /// <summary>The same failure as the first of several.</summary>
    public CommandFailure With(IReadOnlyList<CommandFailure> further) => new(Message, fix, where, this) { ExitCode = ExitCode, NothingRuns = NothingRuns, Status = Status, Problem = Problem, Further = further };

    /// <summary>The same failure at a place in a file.</summary>
    public CommandFailure At(Documents.Place place) => new(Message, fix, place.ToString(), this) { ExitCode = ExitCode, NothingRuns = NothingRuns, Status = Status, Problem = Problem, Further = Further };

    /// <summary>All that is wrong: the first faults, and how many more there are.</summary>
    public IEnumerable<string> Lines => Further.Count < MostShown
        ? [Line, .. Further.Select(static one => one.Line)]
        : [Line, .. Further.Take(MostShown - 1).Select(static one => one.Line), $"and {Further.Count - MostShown + 1} more"];

    public string Line
    {
        get
        {
            var place = where is null ? "" : where + ": ";
            var remedy = fix is null ? "" : "; " + Continued(fix).TrimEnd('.', ' ');
            // An answer of the server may carry names that people chose: nothing of it may steer the terminal.
            return Output.Printable.OneLine($"doorward: {place}{Message.TrimEnd('.', ' ')}{remedy}");
        }
    }

    // A sentence of the server goes on behind the semicolon.
    private static string Continued(string fix) =>
        fix.Length > 1 && char.IsUpper(fix[0]) && (char.IsLower(fix[1]) || fix[1] == ' ') ? char.ToLowerInvariant(fix[0]) + fix[1..] : fix;
}
