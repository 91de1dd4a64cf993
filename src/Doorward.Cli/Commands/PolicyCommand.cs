using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`policy`: what this installation's policies say, and what they would say.</summary>
internal static class PolicyCommand
{
    private static readonly Argument<string> CheckedFile = FileArgument("YAML file or folder with policies, or - for stdin");
    private static readonly Argument<string> TestFile = FileArgument("YAML file of expectations: user, application, action, expect");
    private static readonly Argument<string> FormattedFile = FileArgument("Cedar file, or - for stdin");
    private static readonly Argument<string> User = new("user") { Description = "Who asks", HelpName = "USER" };
    private static readonly Argument<string> Application = new("application") { Description = "For what", HelpName = "APP" };
    private static readonly Option<string> Action = new("--action") { Description = "read, write or tunnel", HelpName = "ACTION", DefaultValueFactory = _ => "read" };

    public static Command Create() => new("policy", "Policies of this installation")
    {
        new Command("check", "Check policies as a publication would, without publishing") { CheckedFile }.Runs(CheckAsync),
        new Command("test", "Compare what the policies say with what a file expects") { TestFile }.Returns(TestAsync),
        new Command("format", "Print a Cedar policy in its usual form") { FormattedFile }.Runs(FormatAsync),
        new Command("can", "Ask whether a user may use an application, and what it would take") { User, Application, Action }.Returns(CanAsync),
        new Command("who-can", "List who may use an application") { Application, Action }.Runs(WhoCanAsync),
    };

    private static async Task CheckAsync(Invocation invocation, CancellationToken cancel)
    {
        var documents = DocumentReader.ReadAll(invocation.Value(CheckedFile));
        using var client = invocation.Connect();
        var body = new JsonObject { ["documents"] = new JsonArray([.. documents.Select(document => document.Json.DeepClone())]) };
        var answer = await client.PostAsync("policies/check", body, cancel);
        if (answer["errors"] is JsonArray { Count: > 0 } errors)
        {
            var first = errors[0] as JsonObject;
            throw new CommandFailure(Problem.Text(first, "message") ?? "the policies are not valid", Problem.Text(first, "fix"), DocumentPlaces.Of(documents, first));
        }

        foreach (var warning in answer["warnings"] as JsonArray ?? [])
        {
            await invocation.Error.WriteLineAsync(Printable.OneLine($"warning: {warning}"));
        }

        invocation.Say($"{documents.Count} documents checked");
    }

    private static async Task<int> TestAsync(Invocation invocation, CancellationToken cancel)
    {
        var expectations = PolicyExpectation.ReadAll(invocation.Value(TestFile));
        using var client = invocation.Connect();
        var failed = 0;
        foreach (var expectation in expectations)
        {
            var answer = await client.PostAsync("access/can", expectation.Question.DeepClone(), cancel);
            var decision = Problem.Text(answer as JsonObject, "decision") ?? "";
            if (!decision.Equals(expectation.Expected, StringComparison.OrdinalIgnoreCase))
            {
                failed++;
                await invocation.Error.WriteLineAsync(Printable.OneLine($"{expectation.Place}: expected {expectation.Expected}, got {decision.ToLowerInvariant()}"));
            }
        }

        invocation.Say($"{expectations.Count - failed} as expected, {failed} not");
        return failed == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static async Task FormatAsync(Invocation invocation, CancellationToken cancel)
    {
        var file = invocation.Value(FormattedFile);
        var text = file == "-" ? await System.Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(file, cancel);
        using var client = invocation.Connect();
        var answer = await client.PostAsync("policies/format", new JsonObject { ["cedar"] = text }, cancel);
        await invocation.Out.WriteAsync(answer["cedar"]!.GetValue<string>());
    }

    private static async Task<int> CanAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var question = new JsonObject
        {
            ["user"] = invocation.Value(User),
            ["application"] = invocation.Value(Application),
            ["action"] = invocation.Value(Action),
        };
        var answer = await client.PostAsync("access/can", question, cancel);
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

    private static async Task WhoCanAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var question = new JsonObject { ["application"] = invocation.Value(Application), ["action"] = invocation.Value(Action) };
        invocation.Print(await client.PostAsync("access/who-can", question, cancel), new Column("USER", "user"), new Column("POLICIES", "policies"));
    }

    private static Argument<string> FileArgument(string description) => new("file") { Description = description, HelpName = "FILE" };
}
