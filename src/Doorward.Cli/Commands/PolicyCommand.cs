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
    private static readonly Option<string> Action = Choice("--action", "What for: read, write or tunnel", "read", "read", "write", "tunnel");
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
        var question = new JsonObject { ["application"] = invocation.Value(Application), ["action"] = invocation.Value(Action), ["assurance"] = invocation.Value(Assurance)![0] - '0' };
        invocation.Print(await client.PostAsync("access/who-can", question, cancel), new Column("USER", "user"), new Column("POLICIES", "policies"));
    }

    internal static Option<string> Choice(string name, string description, string otherwise, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values), DefaultValueFactory = _ => otherwise };
        return option.AcceptOnlyFromAmong(values);
    }
}
