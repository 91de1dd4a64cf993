using System.Net;

namespace Doorward.Cli.Bench;

/// <summary>One cause, come over people who have connections open: who they are, what is open, and what became of it.</summary>
internal sealed class Round(BenchInstallation installation, BenchResources resources, Cause cause, IReadOnlyList<Person> people)
{
    // Ten times what the design allows; what is still open then was never cut.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public BenchInstallation Installation => installation;

    public BenchResources Resources => resources;

    public IReadOnlyList<Person> People => people;

    /// <summary>Opens everything, lets the cause come, and watches. The bystanders are somebody else's, at a door that it does not concern.</summary>
    public async Task<RoundResult> RunAsync(IReadOnlyList<OpenKind> kinds, int count, IReadOnlyList<OpenConnection> bystanders, CancellationToken cancel)
    {
        var dialer = installation.NewDialer();
        using var client = new HttpMessageInvoker(dialer.NewHandler());
        var door = new Door(installation.Door(BenchResources.Measured), dialer, client);
        var open = await OpenAsync(door, kinds, count, cancel);
        try
        {
            if (open.Count(connection => connection.Ended.IsCompleted) is var early and > 0)
                throw new CommandFailure($"{early} of {count} connections ended before anything was changed", "measure fewer");
            var again = people.Select((person, index) => ComeBackAsync(door, person, [.. open.Where(connection => connection.Person == index)])).ToList();
            var moments = await cause.DoAsync(this, cancel);
            await WaitAsync(open, moments, cancel);
            return new RoundResult(cause, [.. open.Select(connection => Outcome.Of(connection, moments[connection.Person]))])
            {
                Next = await Task.WhenAll(again),
                BystandersCut = bystanders.Count(bystander => bystander.Ended.IsCompleted),
            };
        }
        finally
        {
            foreach (var connection in open)
                await connection.DisposeAsync();
        }
    }

    private async Task<OpenConnection[]> OpenAsync(Door door, IReadOnlyList<OpenKind> kinds, int count, CancellationToken cancel)
    {
        var open = new OpenConnection[count];
        var several = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, count), several, async (index, stop) =>
        {
            var person = index % people.Count;
            open[index] = await OpenConnection.OpenAsync(kinds[index / people.Count % kinds.Count], door, person, people[person].Cookie, stop);
        });
        return open;
    }

    private static async Task WaitAsync(OpenConnection[] open, Moment[] moments, CancellationToken cancel)
    {
        var clock = TimeProvider.System;
        var last = clock.GetElapsedTime(clock.GetTimestamp(), moments.Max(moment => moment.Acknowledged));
        var limit = (last > TimeSpan.Zero ? last : TimeSpan.Zero) + Patience;
        await Task.WhenAny(Task.WhenAll(open.Select(connection => connection.Ended)), Task.Delay(limit, clock, cancel));
    }

    /// <summary>Whoever is cut comes back at once, and must not be let in; the status, or 0 when there was not even an answer.</summary>
    private static async Task<int> ComeBackAsync(Door door, Person person, IReadOnlyList<OpenConnection> own)
    {
        if (own.Count == 0)
            return 0;
        await Task.WhenAny(own.Select(connection => connection.Ended));
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, door.Address) { Version = HttpVersion.Version20 };
            request.Headers.TryAddWithoutValidation("Cookie", person.Cookie);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            using var response = await door.Client.SendAsync(request, CancellationToken.None);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}
