using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>One who reads slowly, or not at all, waits alone, and little lies here for him.</summary>
public sealed class SlowReaderTests
{
    private const int Readers = 24;

    // What is on its way between the three: buffers of TLS, of sockets' readers, and a frame.
    private const int OnTheWay = 192 * 1024;

    [Fact]
    public async Task Readers_who_do_not_read_hold_a_bounded_part_and_a_neighbour_on_the_same_connections_notices_nothing()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        for (var i = 0; i < 50; i++) await neighbour.ExchangeAsync(); // warm
        var alone = await neighbour.LatencyAsync();
        site.Target.IsEndless = true;
        var resting = Memory();
        var token = site.Token("alice");
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(async _ => (await TestPerson.OpenAsync(site.Http, token)).Person!));
        await Eventually.TrueAsync(() => readers.All(static reader => reader.Leg.Received == TunnelFrame.InitialCredit), "each has what it was asked for, and no more");
        var sent = 0L;
        await Eventually.TrueAsync(
            async () =>
            {
                var before = sent;
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
                return (sent = site.Connector.Sent) == before;
            },
            "nothing more is sent");
        var crowded = await neighbour.LatencyAsync();
        var held = (sent - readers.Sum(static reader => reader.Leg.Received)) / Readers;
        var grown = (Memory() - resting) / Readers;
        Assert.InRange(held, 1, TunnelFrame.InitialCredit + OnTheWay);

        // All three parts are in this process: the credit of two legs, in segments, and buffers of each.
        Assert.True(grown < 2 * 1024 * 1024, $"{grown} bytes a reader");
        Assert.True(crowded < TimeSpan.FromMilliseconds(250), $"alone {alone}, beside {Readers} who do not read {crowded}");

        // Who reads after all gets what was sent, in order.
        Assert.Equal(new string('x', 600_000), (await readers[0].HearAsync(600_000))[..600_000]);
        foreach (var reader in readers) await reader.DisposeAsync();
        await Eventually.TrueAsync(() => site.Target.Open == 1, "their targets are let go");
        await neighbour.ExchangeAsync();
    }

    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);
}
