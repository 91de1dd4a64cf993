using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Commands.Cedar;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`policy`: what this installation's policies say, and what they would say.</summary>
internal static class PolicyCommand
{
    private static readonly Argument<string> Application = new("application") { Description = "For what", HelpName = "APP" };
    private static readonly Option<string?> Action = ActionOption();
    private static readonly Option<string> Assurance =
        Choice("--assurance", "How they signed in: 1 password, 2 two factors, 3 phishing-resistant", "2", "1", "2", "3");

    public static Command Create()
    {
        var policy = new Command("policy", "Policies of this installation")
        {
            PolicyCheckCommand.Create(),
            PolicySimulateCommand.Create(),
            PolicySchemaCommand.Create(),
            PolicyTestCommand.Create(),
            CedarFormat.Create(),
            PolicyCanCommand.Create(),
            new Command("who-can", "List who may use an application; service accounts as with a token") { Application, Action, Assurance }.Runs(WhoCanAsync),
            PolicyWhatCanCommand.Create(),
        };
        foreach (var command in PolicyVersions.Create())
        {
            policy.Add(command);
        }

        return policy;
    }

    private static async Task WhoCanAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var question = new JsonObject { ["application"] = invocation.Value(Application), ["assurance"] = AssuranceOf(invocation) };
        if (invocation.Value(Action) is { } action) question["action"] = action;
        var answer = await client.AskAllAsync("access/who-can", question, cancel);
        invocation.Print(answer, new Column("USER", "user"), new Column("POLICIES", "policies"));
        if (invocation.Format == OutputFormat.Table && answer["items"] is JsonArray { Count: 0 })
        {
            await invocation.Error.WriteLineAsync(Printable.OneLine(NobodyMay(invocation)));
        }
    }

    // Nothing is permitted until a policy says so: most often there is none, a group has no members, or it asks for a passkey.
    private static string NobodyMay(Invocation invocation)
    {
        var (application, action, assurance) = (invocation.Value(Application), invocation.Value(Action), AssuranceOf(invocation));
        var stronger = assurance < 3 ? ", or ask with --assurance 3" : "";
        return $"nobody may {(action is null ? "use" : $"{action} at")} {application} with assurance {assurance}: no policy permits it to anybody who is there. "
            + $"See what one person lacks with `doorward policy can USER {application}{(action is null ? "" : $" --action {action}")}`, who is in the groups with `doorward get Group`{stronger}";
    }

    private static int AssuranceOf(Invocation invocation) => invocation.Value(Assurance)![0] - '0';

    internal static Option<string?> ActionOption() => new Option<string?>("--action")
    {
        Description = "What for: read, write or tunnel [default: tunnel for an application with tcp targets, else read]",
        HelpName = "read|write|tunnel",
    }.AcceptOnlyFromAmong("read", "write", "tunnel");

    internal static Option<string> Choice(string name, string description, string otherwise, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values), DefaultValueFactory = _ => otherwise };
        return option.AcceptOnlyFromAmong(values);
    }
}
