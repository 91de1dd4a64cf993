using System.CommandLine;
using Doorward.Cli.Bench;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`bench`: measures this build on this machine.</summary>
internal static class BenchCommand
{
    private static readonly Option<int> Sessions = Count("--sessions", 100, "Sessions that the gateway holds meanwhile: ten people who sign in with two factors, the others by tokens");
    private static readonly Option<int> Connections = Count("--connections", 100, "Connections of those ten people, open when each cause comes");
    private static readonly Option<IReadOnlyList<string>> Kinds = Choice("--kinds", "Kinds of connections, in turn", [.. OpenKinds.All.Select(kind => kind.Name)]);
    private static readonly Option<IReadOnlyList<string>> Causes = Choice("--causes", "What makes the policy say no, one after the other", [.. Bench.Causes.All.Select(cause => cause.Name)]);

    public static Command Create() => new("bench", "Measure this build on this machine")
    {
        new Command("revoke", "How long from a change until every open connection that it concerns is seen cut. Starts an installation of its own "
            + "(`doorward up` in a process of its own, in a temporary folder; TLS, sign-in and storage as always) with an upstream beside it, and "
            + "removes it at the end; yours is not touched. Prints JSON: milliseconds from issuing the change, and from its acknowledgement (negative: "
            + "cut before it was acknowledged); from the moment itself where the clock is the cause. Exits 1 when a connection stayed open, "
            + "anyone was let in again, or somebody else was cut")
        {
            Sessions, Connections, Kinds, Causes,
        }.Returns(RevokeAsync),
    };

    private static async Task<int> RevokeAsync(Invocation invocation, CancellationToken cancel)
    {
        if (invocation.IsElsewhere)
            throw new CommandFailure("bench measures an installation that it starts itself", "leave --server away") { ExitCode = CommandLine.WrongUsage };
        var bench = new RevocationBench(invocation.Value(Sessions), invocation.Value(Connections), invocation.Error.WriteLine)
        {
            Kinds = [.. OpenKinds.All.Where(kind => invocation.Value(Kinds)!.Contains(kind.Name))],
            Causes = [.. Bench.Causes.All.Where(cause => invocation.Value(Causes)!.Contains(cause.Name))],
        };
        var results = await bench.RunAsync(cancel);
        ResultWriter.Write(invocation.Out, OutputFormat.Json, bench.Describe(results), []);
        return results.All(result => result.IsClean) ? CommandLine.Done : CommandLine.Failed;
    }

    private static Option<int> Count(string name, int otherwise, string description) =>
        new Option<int>(name) { Description = $"{description} (default: {otherwise})", HelpName = "N", DefaultValueFactory = _ => otherwise }.Within(10, 100_000);

    private static Option<IReadOnlyList<string>> Choice(string name, string description, IReadOnlyList<string> all) => new(name)
    {
        Description = $"{description}, with commas between (default: {string.Join(',', all)})",
        HelpName = "LIST",
        DefaultValueFactory = _ => all,
        CustomParser = result =>
        {
            var chosen = result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (chosen.Except(all, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
                result.AddError($"{name} '{unknown}' is none of {string.Join(", ", all)}");
            return chosen;
        },
    };
}
