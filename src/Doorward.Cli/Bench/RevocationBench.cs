using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Doorward.Cli.Demo;

namespace Doorward.Cli.Bench;

/// <summary>Measures, for each cause in turn, how long until every open connection that it concerns is seen cut by its client.</summary>
internal sealed class RevocationBench(int sessions, int connections, Action<string> progress)
{
    private const int PeopleCount = 10;
    private const string Bystander = "bystander";
    private readonly DemoCredentials credentials = DemoCredentials.Create();

    public required ImmutableArray<OpenKind> Kinds { get; init; }

    public required ImmutableArray<Cause> Causes { get; init; }

    public async Task<IReadOnlyList<RoundResult>> RunAsync(CancellationToken cancel)
    {
        progress("starting an installation in a temporary folder");
        await using var upstream = await BenchUpstream.StartAsync(cancel);
        await using var installation = await BenchInstallation.StartAsync(cancel);
        var resources = new BenchResources(upstream.Address);
        await installation.ApplyAsync(resources.OtherDoor(Crowd.Names), cancel);
        progress($"filling the gateway with {sessions - PeopleCount} sessions");
        using var crowd = await Crowd.GatherAsync(installation, sessions - PeopleCount, cancel);
        await Person.ImportAsync(installation, [Bystander], credentials, cancel);
        var bystander = (await Person.SignInAsync(installation, BenchResources.Other, [Bystander], credentials, cancel))[0];
        var results = new List<RoundResult>();
        foreach (var cause in Causes)
        {
            var result = await RunAsync(installation, resources, cause, bystander, cancel);
            progress($"{cause.Name}: {result.Outcomes.Count - result.NeverCut} of {result.Outcomes.Count} cut, p50 {result.FromIssue.P50:F0} ms, "
                + $"p99 {result.FromIssue.P99:F0} ms, max {result.FromIssue.Max:F0} ms");
            results.Add(result);
        }

        return results;
    }

    public JsonObject Describe(IReadOnlyList<RoundResult> results) => new()
    {
        ["sessions"] = sessions,
        ["connections"] = connections,
        ["people"] = PeopleCount,
        ["processors"] = Environment.ProcessorCount,
        ["unit"] = "ms",
        ["causes"] = new JsonArray([.. results.Select(result => result.Describe())]),
    };

    private async Task<RoundResult> RunAsync(BenchInstallation installation, BenchResources resources, Cause cause, Person bystander, CancellationToken cancel)
    {
        // New people each time: a code works once, and the last round's have lost what they had.
        string[] names = [.. Enumerable.Range(0, PeopleCount).Select(index => $"{cause.Name}-{index}")];
        progress($"{cause.Name}: signing in {PeopleCount} people, opening {connections} connections");
        await Person.ImportAsync(installation, names, credentials, cancel);
        await installation.ApplyAsync(resources.Begin(names), cancel);
        var people = await Person.SignInAsync(installation, BenchResources.Measured, names, credentials, cancel);
        var dialer = installation.NewDialer();
        using var client = new HttpMessageInvoker(dialer.NewHandler());
        var door = new Door(installation.Door(BenchResources.Other), dialer, client);
        var bystanders = await Task.WhenAll(Kinds.Select(kind => OpenConnection.OpenAsync(kind, door, 0, bystander.Cookie, cancel)));
        try
        {
            return await new Round(installation, resources, cause, people).RunAsync(Kinds, connections, bystanders, cancel);
        }
        finally
        {
            foreach (var connection in bystanders)
                await connection.DisposeAsync();
        }
    }
}
