using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`policy what-can`: what is open to somebody, and by which policies.</summary>
internal static class PolicyWhatCanCommand
{
    private static readonly Argument<string> User = new("user") { Description = "To whom", HelpName = "USER" };
    private static readonly Option<string?> Action = PolicyCommand.ActionOption();
    private static readonly Option<string> Assurance =
        PolicyCommand.Choice("--assurance", "How they signed in: 1 password, 2 two factors, 3 phishing-resistant", "2", "1", "2", "3");

    public static Command Create() => new Command("what-can", "List what somebody may use; a service account as with a token") { User, Action, Assurance }.Runs(async (invocation, cancel) =>
    {
        using var client = invocation.Connect();
        var question = new JsonObject { ["user"] = invocation.Value(User), ["assurance"] = invocation.Value(Assurance)![0] - '0' };
        if (invocation.Value(Action) is { } action) question["action"] = action;
        invocation.Print(await client.AskAllAsync("access/what-can", question, cancel), new Column("APPLICATION", "application"), new Column("POLICIES", "policies"));
    });
}
