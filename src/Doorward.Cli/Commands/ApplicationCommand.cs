using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`application`: whether anything answers behind a door, asked from the control plane, or as gateways see it.</summary>
internal static class ApplicationCommand
{
    private static readonly Argument<string> Target = new("application") { Description = "Name of an application, or the address of an upstream to be", HelpName = "NAME|URL" };

    private static readonly Argument<string?> One = new("application") { Description = "Name of one application; without it, of all", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create() => new("application", "What is behind the doors")
    {
        new Command("test", "Ask an application's upstreams whether they answer; exit code 1 when one does not") { Target }.Returns(TestAsync),
        new Command("health", "How upstreams are, as gateways see them; those without a health check are not listed until they fail") { One }.Runs(HealthAsync),
    };

    private static async Task<int> TestAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var answers = new JsonArray();
        foreach (var question in await QuestionsAsync(client, invocation.Value(Target)!, cancel))
        {
            answers.Add((await client.PostAsync("applications/test", question, cancel)).DeepClone());
        }

        invocation.Print(answers, new("UPSTREAM", "upstream"), new("RESULT", "result"), new("MILLISECONDS", "milliseconds"), new("MESSAGE", "message"));
        return answers.All(answer => answer!["result"]!.GetValue<string>() == "answers") ? CommandLine.Done : CommandLine.Failed;
    }

    private static async Task HealthAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var query = invocation.Value(One) is { } name ? $"?application={Uri.EscapeDataString(name)}" : "";
        invocation.Print(
            await client.ListAsync($"upstreams{query}", cancel),
            new("APPLICATION", "application"), new("UPSTREAM", "upstream"), new("GATEWAY", "gateway"), new("WELL", "well"), new("SINCE", "since"));
    }

    private static async Task<List<JsonObject>> QuestionsAsync(Connection.ControlClient client, string target, CancellationToken cancel)
    {
        if (target.Contains("://", StringComparison.Ordinal))
        {
            return [new JsonObject { ["upstream"] = target }];
        }

        var spec = (await client.GetAsync($"applications/{Uri.EscapeDataString(target)}", cancel))["spec"]!;
        var upstreams = spec["upstream"] is { } single ? [single.GetValue<string>()] : (spec["upstreams"]?.AsArray() ?? []).Select(each => each!.GetValue<string>());
        return
        [
            .. upstreams.Select(upstream => new JsonObject
            {
                ["upstream"] = upstream,
                ["application"] = target,
                ["allowSpecialAddresses"] = spec["allowSpecialAddresses"]?.GetValue<bool>() ?? false,
            }),
        ];
    }
}
