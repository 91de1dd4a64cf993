using Doorward.Core.Tunnels;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Core.Tests.Tunnels;

public sealed class TunnelLegTests
{
    private static readonly TunnelClose Cut = new(TunnelCloseCodes.Cut, "Your session was revoked.", "dec_1");
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_the_other_side_ends_first_this_side_goes_on_and_ends_later()
    {
        await using var wire = new Wire();
        await wire.WriteFrameAsync(TunnelFrameKind.Data, 1, 2, 3);
        await wire.WriteFrameAsync(TunnelFrameKind.End);
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync());
        Assert.False(wire.Leg.Ending.IsCompleted);

        await wire.Leg.SendAsync(new byte[] { 4, 5 });
        await wire.Leg.EndAsync();
        Assert.Equal([4, 5], (await wire.ReadFrameAsync()).Payload);
        Assert.Equal(TunnelFrameKind.End, (await wire.ReadFrameAsync()).Kind);
        Assert.IsType<TunnelEnding.Ended>(await wire.EndingAsync());
    }

    [Fact]
    public async Task When_this_side_ends_first_what_the_other_still_sends_arrives()
    {
        await using var wire = new Wire();
        await wire.Leg.EndAsync();
        Assert.False(wire.Leg.Ending.IsCompleted);
        await wire.WriteFrameAsync(TunnelFrameKind.Data, 1, 2, 3);
        await wire.WriteFrameAsync(TunnelFrameKind.End);
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync());
        Assert.IsType<TunnelEnding.Ended>(await wire.EndingAsync());
    }

    [Fact]
    public async Task What_came_before_a_close_is_read_before_it()
    {
        await using var wire = new Wire();
        await wire.WriteFrameAsync(TunnelFrameKind.Data, 1, 2, 3);
        await wire.WriteFrameAsync(TunnelFrameKind.Close, """{"code":"cut","text":"Your session was revoked.","reference":"dec_1"}"""u8.ToArray());
        Assert.Equal(new TunnelEnding.Closed(Cut, Here: false), await wire.EndingAsync());
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync(3));
        var over = await Assert.ThrowsAsync<TunnelOverException>(() => wire.ReceiveAsync());
        Assert.Equal(await wire.EndingAsync(), over.Ending);
        await Assert.ThrowsAsync<TunnelOverException>(async () => await wire.Leg.SendAsync(new byte[1]));
    }

    [Fact]
    public async Task A_close_of_this_side_is_told_and_stops_who_reads_and_who_waits_for_credit()
    {
        await using var wire = new Wire();
        var sending = wire.Leg.SendAsync(new byte[TunnelFrame.InitialCredit + 1]).AsTask();
        var reading = wire.ReceiveAsync();
        await wire.Leg.CloseAsync(Cut);
        Assert.Equal(Cut, await wire.ReadCloseAsync());
        await Assert.ThrowsAsync<TunnelOverException>(() => sending);
        await Assert.ThrowsAsync<TunnelOverException>(() => reading);
        Assert.Equal(new TunnelEnding.Closed(Cut, Here: true), await wire.EndingAsync());
    }

    [Fact]
    public async Task A_last_word_that_waits_for_what_is_being_written_is_said_though_the_leg_is_given_up_meanwhile()
    {
        // Its moment does not pass while this is slow.
        var wire = new Wire(pause: 8, new FakeTimeProvider());
        var sending = wire.Leg.SendAsync(new byte[10]).AsTask();
        var closing = wire.Leg.CloseAsync(Cut).AsTask();
        var disposing = wire.Leg.DisposeAsync().AsTask();
        Assert.Equal(Cut, await wire.ReadCloseAsync());
        await Task.WhenAll(sending, closing, disposing).WaitAsync(TimeSpan.FromSeconds(20), _ct);
    }

    [Fact]
    public async Task What_breaks_off_without_an_end_is_lost_and_read_as_such()
    {
        await using var wire = new Wire();
        await wire.WriteFrameAsync(TunnelFrameKind.Data, 1, 2, 3);
        wire.BreakOff();
        Assert.IsType<TunnelEnding.Lost>(await wire.EndingAsync());
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync(3));
        await Assert.ThrowsAsync<TunnelOverException>(() => wire.ReceiveAsync());
    }

    [Fact]
    public async Task No_more_is_sent_than_there_is_credit_for()
    {
        await using var wire = new Wire();
        var sending = wire.Leg.SendAsync(new byte[TunnelFrame.InitialCredit + 100]).AsTask();
        var bytes = 0;
        while (bytes < TunnelFrame.InitialCredit) bytes += (await wire.ReadFrameAsync()).Payload.Length;
        Assert.Equal(TunnelFrame.InitialCredit, bytes);
        Assert.Equal(TunnelFrame.InitialCredit, wire.Leg.Sent);
        Assert.False(sending.IsCompleted);

        await wire.WriteCreditAsync(60);
        Assert.Equal(60, (await wire.ReadFrameAsync()).Payload.Length);
        await wire.WriteCreditAsync(40);
        Assert.Equal(40, (await wire.ReadFrameAsync()).Payload.Length);
        await sending.WaitAsync(TimeSpan.FromSeconds(30), _ct);
    }

    [Fact]
    public async Task Who_does_not_read_has_256_KB_here_and_the_next_byte_closes_the_stream()
    {
        await using var wire = new Wire();
        for (var left = TunnelFrame.InitialCredit; left > 0; left -= 32 * 1024) await wire.WriteFrameAsync(TunnelFrameKind.Data, new byte[32 * 1024]);
        Assert.Equal(TunnelFrame.InitialCredit, wire.Leg.Received);
        Assert.False(wire.Leg.Ending.IsCompleted);
        await wire.WriteFrameAsync(TunnelFrameKind.Data, 1);
        Assert.Equal(TunnelCloseCodes.Protocol, (await wire.ReadCloseAsync()).Code);
        Assert.Equal(TunnelFrame.InitialCredit, wire.Leg.Received);
    }

    [Fact]
    public async Task Credit_is_given_back_in_steps_for_what_was_consumed()
    {
        await using var wire = new Wire();
        for (var i = 0; i < 64; i++)
        {
            await wire.WriteFrameAsync(TunnelFrameKind.Data, new byte[32 * 1024]);
            Assert.Equal(32 * 1024, (await wire.ReceiveAsync(32 * 1024)).Length);
            if (i % 2 == 0) continue;
            var (kind, payload) = await wire.ReadFrameAsync();
            Assert.Equal(TunnelFrameKind.Credit, kind);
            Assert.Equal([0, 1, 0, 0], payload);
        }
    }

    public static TheoryData<string, byte[]> Violations { get; } = new()
    {
        { "a kind that is none", [9, 0, 0, 0] },
        { "data of no length", [0, 0, 0, 0] },
        { "data longer than a frame", [0, 1, 0, 0] },
        { "an end with something in it", [1, 0, 0, 1, 7] },
        { "a second end", [1, 0, 0, 0, 1, 0, 0, 0] },
        { "data after the end", [1, 0, 0, 0, 0, 0, 0, 1, 7] },
        { "credit for what was not sent", [2, 0, 0, 4, 0, 0, 0, 1] },
        { "credit of nothing", [2, 0, 0, 4, 0, 0, 0, 0] },
        { "a message", [4, 0, 0, 2, (byte)'{', (byte)'}'] },
        { "a ping", [5, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "a close that says nothing", [3, 0, 0, 2, (byte)'{', (byte)'}'] },
        { "a close that is no JSON", [3, 0, 0, 1, 0xFF] },
        { "a close that a terminal would obey", [3, 0, 0, 31, .. """{"code":"cut","text":"\u001b"}  """u8] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Who_does_not_keep_to_the_protocol_is_closed(string what, byte[] bytes)
    {
        await using var wire = new Wire();
        await wire.WriteAsync(bytes);
        Assert.True((await wire.ReadCloseAsync()).Code == TunnelCloseCodes.Protocol, what);
        Assert.True(await wire.EndingAsync() is TunnelEnding.Closed { Here: true });
    }

    [Fact]
    public async Task A_frame_that_stalls_holds_nothing_else()
    {
        await using var wire = new Wire();
        await wire.WriteAsync(0, 0, 0, 10, 1, 2, 3);
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync(3));
        for (var i = 0; i < 20; i++)
        {
            await wire.Leg.SendAsync(new byte[1000]);
            Assert.Equal(1000, (await wire.ReadFrameAsync()).Payload.Length);
        }

        await wire.WriteAsync(4, 5, 6, 7, 8, 9, 10);
        Assert.Equal([4, 5, 6, 7, 8, 9, 10], await wire.ReceiveAsync(7));
        await wire.WriteAsync(2, 0);
        await wire.Leg.CloseAsync(Cut);
        Assert.Equal(Cut, await wire.ReadCloseAsync());
    }

    [Fact]
    public async Task Frames_may_come_in_single_bytes()
    {
        await using var wire = new Wire();
        foreach (var each in (byte[])[0, 0, 0, 2, 1, 2, 0, 0, 0, 1, 3, 1, 0, 0, 0]) await wire.WriteAsync(each);
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync());
    }
}
