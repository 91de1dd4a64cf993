using System.CommandLine;
using System.Globalization;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`audit list`: records by what is in them, from an installation that runs.</summary>
internal static class AuditListCommand
{
    private const int LargestPage = 500;

    private static readonly Column[] Columns =
    [
        new("RECORD", "sequence"), new("TIME", "time"), new("KIND", "kind"), new("ACTOR", "actor"), new("ACTION", "action"), new("TARGET", "target"), new("OUTCOME", "outcome"),
    ];

    private static readonly Option<string?> Kind = new("--kind") { Description = "Of one kind (sign-in, administration, decision, response, ...)", HelpName = "KIND" };
    private static readonly Option<string?> Actor = new("--actor") { Description = "Who did it: a name, or part of one", HelpName = "NAME" };
    private static readonly Option<string?> Target = new("--target") { Description = "What it was done to: a name, or part of one", HelpName = "NAME" };
    private static readonly Option<string?> Action = new("--action") { Description = "What was done, or part of it (session.revoke)", HelpName = "TEXT" };
    private static readonly Option<string?> Outcome = new("--outcome") { Description = "How it ended (allowed, denied, done, failed, ...)", HelpName = "WORD" };
    private static readonly Option<string?> Session = new("--session") { Description = "What was done in one session, and to it", HelpName = "ID" };
    private static readonly Option<DateTimeOffset?> From = new("--from") { Description = "From this moment on (2030-01-31T22:15Z)", HelpName = "TIME" };
    private static readonly Option<DateTimeOffset?> To = new("--to") { Description = "Until before this moment", HelpName = "TIME" };
    private static readonly Option<int> Limit = new Option<int>("--limit") { Description = "How many, newest first", HelpName = "N", DefaultValueFactory = _ => 50 }.Within(1, 1_000_000);

    public static Command Create() => new Command("list", "List records by what is in them, newest first") { Kind, Actor, Target, Action, Outcome, Session, From, To, Limit }.Runs(async (invocation, cancel) =>
    {
        (string Name, string? Value)[] filters =
        [
            ("limit", Math.Min(invocation.Value(Limit), LargestPage).ToString(CultureInfo.InvariantCulture)), ("kind", invocation.Value(Kind)),
            ("actor", invocation.Value(Actor)), ("target", invocation.Value(Target)), ("action", invocation.Value(Action)), ("outcome", invocation.Value(Outcome)),
            ("from", invocation.Value(From)?.ToString("O")), ("to", invocation.Value(To)?.ToString("O")), ("session", invocation.Value(Session)),
        ];
        using var client = invocation.Connect();
        invocation.Print(await client.ListAsync(Queries.Address("audit/records", filters), cancel, invocation.Value(Limit)), Columns);
    });
}
