using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`policy test`: asks the tests that stand with policies, and expectations in a file of their own, without publishing.</summary>
internal static class PolicyTestCommand
{
    private const int MostShown = 20;

    private static readonly Argument<string?> Expectations = new("file")
    {
        Description = "YAML file of expectations (user, application, action, expect), asked of what is published instead",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> Files = new("--file", "-f") { Description = "As if these YAML files or folders were applied; may be repeated", HelpName = "FILE|DIR" };
    private static readonly Option<bool> Prune = new("--prune") { Description = "As if what an earlier apply made and these files no longer name were deleted" };

    public static Command Create() =>
        new Command("test", "Ask the tests of all policies, as published or as files would leave them; exit code 1 says that one fails") { Expectations, Files, Prune }.Returns(RunAsync);

    private static Task<int> RunAsync(Invocation invocation, CancellationToken cancel) => (invocation.Value(Expectations), invocation.Value(Files) is { Length: > 0 }) switch
    {
        (null, _) => TestAsync(invocation, cancel),
        ({ } file, false) => CompareAsync(invocation, file, cancel),
        _ => throw new CommandFailure("expectations are compared with what is published", "leave out FILE, or -f") { ExitCode = CommandLine.WrongUsage },
    };

    private static async Task<int> TestAsync(Invocation invocation, CancellationToken cancel)
    {
        var documents = (invocation.Value(Files) ?? []).SelectMany(DocumentReader.ReadAll).ToList();
        using var client = invocation.Connect();
        var answer = await ApplyCommand.PostAsync(client, $"policies/test?prune={(invocation.Value(Prune) ? "true" : "false")}", documents, cancel);
        var failed = answer["failed"]!.GetValue<int>();
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(answer);
        }

        foreach (var failure in answer["items"]!.AsArray().OfType<JsonObject>().Where(item => Problem.Text(item, "message") is not null).Take(MostShown))
        {
            await invocation.Error.WriteLineAsync(Printable.OneLine(Line(documents, failure)));
        }

        if (failed > MostShown)
        {
            await invocation.Error.WriteLineAsync($"and {failed - MostShown} more");
        }

        if (answer["refusal"] is JsonObject refusal)
        {
            throw new CommandFailure(DocumentPlaces.Describe(refusal, "not all tests could be asked"), Problem.Text(refusal, "fix"));
        }

        invocation.Say($"{answer["tests"]!.GetValue<int>() - failed} passed, {failed} failed");
        return failed == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    // A test of a file is told with its place there; one that is published already, by its policy, which the message names.
    private static string Line(List<Document> documents, JsonObject failure)
    {
        var error = new JsonObject { ["kind"] = "Policy", ["name"] = Problem.Text(failure, "policy"), ["field"] = $"tests[{failure["place"]}]" };
        var place = DocumentPlaces.Of(documents, error) is { } found ? found + ": " : "";
        return place + Problem.Text(failure, "message");
    }

    private static async Task<int> CompareAsync(Invocation invocation, string file, CancellationToken cancel)
    {
        var expectations = PolicyExpectation.ReadAll(file);
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
}
