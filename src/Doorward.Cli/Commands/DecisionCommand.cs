using System.CommandLine;
using System.Globalization;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`decision`: what was decided, and why.</summary>
internal static class DecisionCommand
{
    private const int LargestPage = 500;

    private static readonly Column[] Columns =
    [
        new("ID", "id"), new("TIME", "time"), new("DECISION", "decision"), new("CAUSE", "cause"), new("USER", "user"), new("ACTION", "action"),
        new("APPLICATION", "application"), new("POLICIES", "policies"),
    ];

    private static readonly Argument<string> Id = new("id")
    {
        Description = "A decision's id, or the reference of any page or answer of the gateway (`dec_...`, `ref_...`); `last` is the newest",
        HelpName = "ID|last",
    };

    private static readonly Option<int> Limit = new Option<int>("--limit") { Description = "How many, newest first", HelpName = "N", DefaultValueFactory = _ => 50 }.Within(1, 1_000_000);
    private static readonly Option<string?> User = new("--user") { Description = "Of one person: a name, or part of one", HelpName = "NAME" };
    private static readonly Option<string?> Application = new("--application") { Description = "On one application: a name, or part of one", HelpName = "NAME" };
    private static readonly Option<string?> Outcome = new Option<string?>("--decision") { Description = "How it came out; `none` is what gateways answered without asking a policy", HelpName = "allow|deny|none" }.AcceptOnlyFromAmong("allow", "deny", "none");
    private static readonly Option<string?> Cause = new("--cause") { Description = "Why, as the list names it (NoPermit, Forbidden, upstream-down, ...)", HelpName = "CAUSE" };
    private static readonly Option<string?> Session = new("--session") { Description = "Within one session", HelpName = "ID" };
    private static readonly Option<DateTimeOffset?> From = new("--from") { Description = "From this moment on (2030-01-31T22:15Z)", HelpName = "TIME" };
    private static readonly Option<DateTimeOffset?> To = new("--to") { Description = "Until before this moment", HelpName = "TIME" };

    public static Command Create() => new("decision", "Decisions and their reasons")
    {
        new Command("list", "List decisions, newest first") { User, Application, Outcome, Cause, Session, From, To, Limit }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.ListAsync(Address(invocation), cancel, most: invocation.Value(Limit)), Columns);
        }),
        new Command("explain", "Show what was decided and why, what has become of it since, and how to get access") { Id }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var explanation = await client.GetAsync($"decisions/{Uri.EscapeDataString(invocation.Value(Id))}/explanation", cancel);
            if (invocation.Format == OutputFormat.Table)
            {
                // An explanation is a tree: indented text reads better than any table.
                YamlWriter.Write(invocation.Out, explanation);
                return;
            }

            invocation.Print(explanation);
        }),
    };

    private static string Address(Invocation invocation)
    {
        (string Name, string? Value)[] filters =
        [
            ("limit", Math.Min(invocation.Value(Limit), LargestPage).ToString(CultureInfo.InvariantCulture)), ("user", invocation.Value(User)),
            ("application", invocation.Value(Application)), ("decision", invocation.Value(Outcome)), ("cause", invocation.Value(Cause)),
            ("session", invocation.Value(Session)), ("from", invocation.Value(From)?.ToString("O")), ("to", invocation.Value(To)?.ToString("O")),
        ];
        return Queries.Address("decisions", filters);
    }
}
