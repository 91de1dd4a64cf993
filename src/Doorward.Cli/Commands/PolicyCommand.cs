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
    private static readonly Argument<string> TestFile = FileArgument("YAML file of expectations: user, application, action, expect");
    private static readonly Argument<string> User = new("user") { Description = "Who asks", HelpName = "USER" };
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
            new Command("test", "Compare what the policies say with what a file expects") { TestFile }.Returns(TestAsync),
            CedarFormat.Create(),
            new Command("can", "Ask whether a user may use an application, and what it would take; exit codes: 0 allow, 1 deny, 3 no answer (no such user or application)") { User, Application, Action, Assurance }.Returns(CanAsync),
            new Command("who-can", "List who may use an application; service accounts as with a token") { Application, Action, Assurance }.Runs(WhoCanAsync),
        };
        foreach (var command in PolicyVersions.Create())
        {
            policy.Add(command);
        }

        return policy;
    }

    private static async Task<int> TestAsync(Invocation invocation, CancellationToken cancel)
    {
        var expectations = PolicyExpectation.ReadAll(invocation.Value(TestFile));
        using var client = invocation.Connect();
        var failed = 0;
        foreach (var expectation in expectations)
        {
            var answer = await AskAsync(client, expectation, cancel);
            var decision = Problem.Text(answer as JsonObject, "decision") ?? "";
            if (!decision.Equals(expectation.Expected, StringComparison.OrdinalIgnoreCase))
            {
                failed++;
                await invocation.Error.WriteLineAsync(Printable.OneLine($"{expectation.Place}: expected {expectation.Expected}, got {decision.ToLowerInvariant()}"));
            }
        }

        invocation.Report($"{expectations.Count - failed} as expected, {failed} not", new JsonObject { ["asExpected"] = expectations.Count - failed, ["not"] = failed });
        return failed == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static async Task<int> CanAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var question = new JsonObject
        {
            ["user"] = invocation.Value(User),
            ["application"] = invocation.Value(Application),
            ["action"] = invocation.Value(Action),
            ["assurance"] = AssuranceOf(invocation),
        };
        var answer = await AskAsync(client, question, cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            YamlWriter.Write(invocation.Out, answer);
        }
        else
        {
            invocation.Print(answer);
        }

        return "allow".Equals(Problem.Text(answer as JsonObject, "decision"), StringComparison.OrdinalIgnoreCase) ? CommandLine.Done : CommandLine.Failed;
    }

    private static async Task<JsonNode> AskAsync(ControlClient client, PolicyExpectation expectation, CancellationToken cancel)
    {
        try
        {
            return await client.PostAsync("access/can", expectation.Question.DeepClone(), cancel);
        }
        catch (CommandFailure failure) when (failure.Status == System.Net.HttpStatusCode.NotFound)
        {
            throw failure.At(expectation.Place);
        }
    }

    // A script must be able to tell a denial from a question that could not be asked.
    private static async Task<JsonNode> AskAsync(ControlClient client, JsonObject question, CancellationToken cancel)
    {
        try
        {
            return await client.PostAsync("access/can", question, cancel);
        }
        catch (CommandFailure failure)
        {
            throw failure.With(CommandLine.NoAnswer);
        }
    }

    private static async Task WhoCanAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var question = new JsonObject { ["application"] = invocation.Value(Application), ["action"] = invocation.Value(Action), ["assurance"] = AssuranceOf(invocation) };
        invocation.Print(await client.PostAsync("access/who-can", question, cancel), new Column("USER", "user"), new Column("POLICIES", "policies"));
    }

    private static int AssuranceOf(Invocation invocation) => invocation.Value(Assurance)![0] - '0';

    private static Option<string> Choice(string name, string description, string otherwise, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values), DefaultValueFactory = _ => otherwise };
        return option.AcceptOnlyFromAmong(values);
    }

    private static Argument<string> FileArgument(string description) => new("file") { Description = description, HelpName = "FILE" };
}
