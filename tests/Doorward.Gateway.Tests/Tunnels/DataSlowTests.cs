using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Tests.Deciding;
using Microsoft.AspNetCore.Connections;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Tunnels whose data has moved, to people and targets that take nothing: they wait alone, and little lies here for them.</summary>
public sealed class DataSlowTests
{
    private const int Stalled = 6;

    // What the server has read ahead, and what it has not sent yet, of two connections; and what is in hand.
    private const int Most = (2 * (GatewayLimits.BufferBytes + (64 * 1024))) + (128 * 1024);

    [Fact]
    public async Task Those_who_take_nothing_hold_a_bounded_part_and_a_neighbour_notices_nothing()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        for (var i = 0; i < 50; i++) await neighbour.ExchangeAsync(); // warm
        await using var warm = await site.FlowAsync(site.Token("alice"));
        var flowing = warm.DrainAsync();
        var memory = (ServerMemory)site.Gateway.Part<IMemoryPoolFactory<byte>>();
        var resting = memory.InUse;
        var token = site.Token("alice");
        var people = new List<TestPerson>();
        var uploads = new List<Task>();
        for (var i = 0; i < Stalled; i++)
        {
            var person = await site.FlowAsync(token);
            people.Add(person);
            uploads.Add(UploadAsync(person)); // this target speaks, and does not listen
        }

        await StallAsync(() => people.Sum(static person => person.Leg.Sent), () => people.Count(static person => person.Leg.Received > 0));
        var grown = (memory.InUse - resting) / Stalled;
        var crowded = await neighbour.LatencyAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"{grown} bytes each, the neighbour waits {crowded.TotalMilliseconds:0.0} ms");
        Assert.True(grown < Most, $"{grown} bytes each");
        Assert.True(crowded < TimeSpan.FromMilliseconds(250), $"{crowded}");
        Assert.All(uploads, static upload => Assert.False(upload.IsCompleted));
        Assert.False(flowing.IsCompleted);
        foreach (var person in people) await person.DisposeAsync();
        await Task.WhenAll(uploads).WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => site is { DataHeld: 2, Target.Open: 2 }, "what they had is let go");
        await neighbour.ExchangeAsync();
    }

    private static async Task UploadAsync(TestPerson person)
    {
        try
        {
            var block = new byte[64 * 1024];
            while (true) await person.Leg.SendAsync(block);
        }
        catch (TunnelOverException)
        {
            // The test is over.
        }
    }

    private static async Task StallAsync(Func<long> sent, Func<int> open)
    {
        var before = -1L;
        while (sent() is var now && now != before && open() > 0)
        {
            before = now;
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        }
    }
}
