using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`decision`: what was decided, and why.</summary>
internal static class DecisionCommand
{
    private static readonly Column[] Columns =
    [
        new("ID", "id"), new("TIME", "time"), new("DECISION", "decision"), new("USER", "user"), new("ACTION", "action"),
        new("APPLICATION", "application"), new("POLICIES", "policies"),
    ];

    private static readonly Argument<string> Id = new("id")
    {
        Description = "A decision's id, or the reference of any page or answer of the gateway (`dec_...`, `ref_...`); `last` is the newest",
        HelpName = "ID|last",
    };

    private static readonly Option<int> Limit = new Option<int>("--limit") { Description = "How many, newest first (at most 500)", HelpName = "N", DefaultValueFactory = _ => 50 }.Within(1, 500);

    public static Command Create() => new("decision", "Decisions and their reasons")
    {
        new Command("list", "List recent decisions") { Limit }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.GetAsync($"decisions?limit={invocation.Value(Limit)}", cancel), Columns);
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
}
