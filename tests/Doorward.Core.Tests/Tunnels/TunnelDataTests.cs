using Doorward.Core.Tunnels;
using Doorward.Testing.Tunnels;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Core.Tests.Tunnels;

/// <summary>Data that moves to a connection of its own: all of it arrives, in order, or nobody takes it for all.</summary>
public sealed class TunnelDataTests
{
    private const int Much = 3_000_000;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TunnelClose Cut = new(TunnelCloseCodes.Cut, "Your session was revoked.", "dec_1");

    private enum When { Before, While, After }

    [Fact]
    public async Task Both_ways_keep_their_order_whenever_each_ends()
    {
        foreach (var offers in Enum.GetValues<When>())
        {
            foreach (var dials in Enum.GetValues<When>()) await CarryAsync(offers, dials);
        }
    }

    [Fact]
    public async Task What_moved_goes_without_frames_and_its_end_says_how_much_it_was()
    {
        await using var wire = await DataWire.StartAsync();
        await wire.Leg.SendAsync(new byte[] { 1, 2, 3 });
        var heard = new byte[3];
        await wire.Data.ReadExactlyAsync(heard);
        Assert.Equal([1, 2, 3], heard);
        await wire.Leg.EndAsync();
        var (kind, count) = await wire.Stream.ReadFrameAsync();
        Assert.Equal(TunnelFrameKind.End, kind);
        Assert.Equal(DataWire.Count(3), count);

        await wire.Data.WriteAsync(new byte[] { 4, 5 });
        Assert.Equal([4, 5], await wire.Stream.ReceiveAsync(2));
        Assert.False(wire.Leg.Ending.IsCompleted);
        await wire.EndAsync(2);
        Assert.Empty(await wire.Stream.ReceiveAsync());
        Assert.IsType<TunnelEnding.Ended>(await wire.Stream.EndingAsync());
        Assert.Equal((3, 2), (wire.Leg.Sent, wire.Leg.Received));
    }

    // Who says that this was all, and then neither more nor anything else, is not waited for.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_reads_is_through_once_what_came_is_what_was_said(bool isSaidFirst)
    {
        await using var wire = await DataWire.StartAsync();
        var reading = wire.Stream.ReceiveAsync();
        if (isSaidFirst) await wire.EndAsync(1000);
        await wire.Data.WriteAsync(new byte[1000]);
        if (!isSaidFirst)
        {
            await UntilAsync(() => wire.Leg.Received == 1000);
            await wire.EndAsync(1000);
        }

        Assert.Equal(1000, (await reading.WaitAsync(Soon)).Length);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData(1001, false)]
    [InlineData(1001, true)]
    public async Task What_breaks_off_is_never_taken_for_all_of_it(int? said, bool isReset)
    {
        var time = new FakeTimeProvider();
        await using var wire = await DataWire.StartAsync(time);
        await wire.Leg.EndAsync();
        await wire.Data.WriteAsync(new byte[1000]);
        Assert.Equal(1000, (await wire.Stream.ReceiveAsync(1000)).Length);
        if (said is { } count) await wire.EndAsync((ulong)count);
        if (isReset) wire.Break();
        else await wire.Data.ShutdownAsync();
        var over = await Assert.ThrowsAsync<TunnelOverException>(() => PassAsync(time, wire.Stream.ReceiveAsync()));
        Assert.IsType<TunnelEnding.Lost>(over.Ending);
        Assert.Equal(over.Ending, await wire.Stream.EndingAsync());
        Assert.Equal(1000, wire.Leg.Received);
    }

    [Fact]
    public async Task More_than_was_said_is_not_taken()
    {
        await using var wire = await DataWire.StartAsync();
        await wire.EndAsync(1000);
        await wire.Data.WriteAsync(new byte[1001]);
        await Assert.ThrowsAsync<TunnelOverException>(() => wire.Stream.ReceiveAsync().WaitAsync(Soon));
        Assert.IsType<TunnelEnding.Lost>(await wire.Stream.EndingAsync());
    }

    [Fact]
    public async Task A_connection_that_breaks_off_stops_who_writes_and_the_word_for_it_is_waited_for()
    {
        await using var wire = await DataWire.StartAsync(buffers: 16 * 1024);
        var sending = wire.Leg.SendAsync(new byte[Much]).AsTask();
        wire.Break();
        await wire.Stream.WriteFrameAsync(TunnelFrameKind.Close, """{"code":"cut","text":"Your session was revoked.","reference":"dec_1"}"""u8.ToArray());
        var over = await Assert.ThrowsAsync<TunnelOverException>(() => sending.WaitAsync(Soon));
        Assert.Equal(new TunnelEnding.Closed(Cut, Here: false), over.Ending);
    }

    [Fact]
    public async Task A_close_is_heard_though_nobody_reads_the_data_and_who_writes_is_stuck()
    {
        await using var wire = await DataWire.StartAsync(buffers: 16 * 1024);
        var sending = wire.Leg.SendAsync(new byte[Much]).AsTask();
        var theirs = wire.Data.WriteAsync(new byte[Much]).AsTask();
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(sending.IsCompleted || theirs.IsCompleted);
        await wire.Stream.WriteFrameAsync(TunnelFrameKind.Close, """{"code":"cut","text":"Your session was revoked.","reference":"dec_1"}"""u8.ToArray());

        // It was there before the writing of it returned.
        Assert.True(wire.Leg.Ending.IsCompleted);
        Assert.Equal(new TunnelEnding.Closed(Cut, Here: false), await wire.Leg.Ending);
        await Assert.ThrowsAsync<TunnelOverException>(() => sending.WaitAsync(Soon));
        await Assert.ThrowsAsync<TunnelOverException>(() => wire.Stream.ReceiveAsync().WaitAsync(Soon));
        Assert.True(wire.Leg.Received < Much);
        await Assert.ThrowsAnyAsync<IOException>(() => theirs.WaitAsync(Soon));
    }

    [Fact]
    public async Task What_was_on_its_way_before_a_close_is_read_before_it()
    {
        var time = new FakeTimeProvider();
        await using var wire = await DataWire.StartAsync(time);
        await wire.Stream.WriteFrameAsync(TunnelFrameKind.Close, """{"code":"cut","text":"Your session was revoked.","reference":"dec_1"}"""u8.ToArray());
        await wire.Data.WriteAsync(new byte[1000]);
        Assert.Equal(1000, (await wire.Stream.ReceiveAsync(1000).WaitAsync(Soon)).Length);
        var over = await Assert.ThrowsAsync<TunnelOverException>(() => PassAsync(time, wire.Stream.ReceiveAsync()));
        Assert.Equal(new TunnelEnding.Closed(Cut, Here: false), over.Ending);
    }

    [Fact]
    public async Task A_stream_that_is_lost_stops_who_reads_and_who_writes_the_data()
    {
        await using var wire = await DataWire.StartAsync(buffers: 16 * 1024);
        var sending = wire.Leg.SendAsync(new byte[Much]).AsTask();
        var reading = wire.Stream.ReceiveAsync();
        wire.Stream.BreakOff();
        await Assert.ThrowsAsync<TunnelOverException>(() => sending.WaitAsync(Soon));
        await Assert.ThrowsAsync<TunnelOverException>(() => reading.WaitAsync(Soon));
        Assert.IsType<TunnelEnding.Lost>(await wire.Stream.EndingAsync());
    }

    [Fact]
    public async Task A_close_of_this_side_stops_who_reads_and_who_writes_and_breaks_the_connection_off()
    {
        await using var wire = await DataWire.StartAsync(buffers: 16 * 1024);
        var sending = wire.Leg.SendAsync(new byte[Much]).AsTask();
        var reading = wire.Stream.ReceiveAsync();
        await wire.Leg.CloseAsync(Cut);
        Assert.Equal(Cut, await wire.Stream.ReadCloseAsync());
        await Assert.ThrowsAsync<TunnelOverException>(() => sending.WaitAsync(Soon));
        await Assert.ThrowsAsync<TunnelOverException>(() => reading.WaitAsync(Soon));
        await Assert.ThrowsAnyAsync<IOException>(() => wire.Data.CopyToAsync(Stream.Null).WaitAsync(Soon));
    }

    [Fact]
    public async Task A_dial_that_comes_to_nothing_changes_nothing()
    {
        await using var wire = new Wire(dial: static (_, _) => Task.FromResult<DataConnection?>(null));
        await wire.WriteFrameAsync(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes]);
        await wire.WriteFrameAsync(TunnelFrameKind.Data, 1, 2, 3);
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync(3));
        await wire.Leg.SendAsync(new byte[] { 4 });
        Assert.Equal([4], (await wire.ReadFrameAsync()).Payload);
        await wire.WriteFrameAsync(TunnelFrameKind.End);
        await wire.Leg.EndAsync();
        Assert.Equal((TunnelFrameKind.End, 0), await wire.ReadFrameAsync() is var (kind, payload) ? (kind, payload.Length) : default);
        Assert.IsType<TunnelEnding.Ended>(await wire.EndingAsync());
    }

    [Fact]
    public async Task Who_moves_to_what_was_never_dialed_is_lost()
    {
        await using var wire = new Wire(dial: static (_, _) => Task.FromResult<DataConnection?>(null));
        await wire.WriteFrameAsync(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes]);
        await wire.WriteFrameAsync(TunnelFrameKind.Move);
        await Assert.ThrowsAsync<TunnelOverException>(() => wire.ReceiveAsync().WaitAsync(Soon));
        Assert.IsType<TunnelEnding.Lost>(await wire.EndingAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_leg_that_is_given_up_while_it_dials_waits_for_nobody(bool isEnded)
    {
        var given = new TaskCompletionSource();
        var wire = new Wire(dial: async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            given.SetResult();
            return null;
        });
        await wire.WriteFrameAsync(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes]);
        if (isEnded)
        {
            await wire.WriteFrameAsync(TunnelFrameKind.End);
            await wire.Leg.EndAsync();
        }

        await wire.DisposeAsync().AsTask().WaitAsync(Soon);
        await given.Task.WaitAsync(Soon);
    }

    [Fact]
    public async Task Who_has_ended_offers_nothing()
    {
        await using var wire = new Wire();
        await wire.Leg.EndAsync();
        Assert.Equal(TunnelFrameKind.End, (await wire.ReadFrameAsync()).Kind);
        Assert.False(await wire.Leg.TryOfferAsync(new byte[DataConnection.TicketBytes]));
        await wire.Leg.CloseAsync(Cut);
        Assert.Equal(TunnelFrameKind.Close, (await wire.ReadFrameAsync()).Kind);
    }

    [Fact]
    public async Task Who_has_ended_does_not_move_and_hears_what_did()
    {
        var pair = await TlsPair.OpenAsync();
        await using var wire = new Wire(dial: (_, _) => Task.FromResult<DataConnection?>(pair.DialedConnection));
        await wire.Leg.EndAsync();
        Assert.Equal(TunnelFrameKind.End, (await wire.ReadFrameAsync()).Kind);
        await wire.WriteFrameAsync(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes]);
        await wire.WriteFrameAsync(TunnelFrameKind.Move);
        await pair.Accepted.WriteAsync(new byte[] { 1, 2, 3 });
        Assert.Equal([1, 2, 3], await wire.ReceiveAsync(3).WaitAsync(Soon));
        await wire.Leg.CloseAsync(Cut);
        Assert.Equal(TunnelFrameKind.Close, (await wire.ReadFrameAsync()).Kind);
        await pair.Accepted.DisposeAsync();
    }

    [Fact]
    public async Task A_slow_reader_has_a_part_of_it_here_and_the_other_side_waits()
    {
        await using var wire = await DataWire.StartAsync(buffers: 16 * 1024);
        var theirs = wire.Data.WriteAsync(new byte[Much]).AsTask();
        Assert.InRange((await wire.Leg.ReadAsync()).Buffer.Length, 1, DataConnection.BlockBytes);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.InRange(wire.Leg.Received, 1, DataConnection.BlockBytes);
        Assert.False(theirs.IsCompleted);
    }

    // Whoever ends last is through as soon as the system has taken it, and leaves: the rest is on its way for seconds.
    [Fact]
    public Task A_slow_reader_gets_all_of_it_though_the_other_side_has_left() =>
        Task.WhenAll(LeaveAsync(true, true), LeaveAsync(true, false), LeaveAsync(false, true), LeaveAsync(false, false));

    private static async Task LeaveAsync(bool isOfDials, bool readerEndsFirst)
    {
        await using var join = new Join();
        var (from, to) = isOfDials ? (join.Dials, join.Offers) : (join.Offers, join.Dials);

        // Who has ended before it is offered does not move its own way.
        if (readerEndsFirst && !isOfDials) await to.EndAsync();
        Assert.True(await join.MoveAsync());
        await join.Moved.WaitAsync(Soon);
        if (!readerEndsFirst || isOfDials) await to.EndAsync();
        Assert.Equal(Join.Nothing, await Join.ReadAsync(from).WaitAsync(Soon));
        var sent = await Join.SendAsync(from, Much).WaitAsync(Soon);
        await from.EndAsync();
        await join.LeaveAsync(from).WaitAsync(Soon);
        Assert.Equal(sent, await Join.ReadAsync(to).WaitAsync(Soon));
        Assert.IsType<TunnelEnding.Ended>(await to.Ending.WaitAsync(Soon));
    }

    [Fact]
    public async Task Who_hears_the_end_and_leaves_before_the_writing_of_it_returned_has_lost_nothing()
    {
        await using var wire = new Wire(pause: 2);
        await wire.WriteFrameAsync(TunnelFrameKind.End);
        var ending = wire.Leg.EndAsync().AsTask();
        Assert.False(ending.IsCompleted);
        wire.BreakOff();
        Assert.Equal(TunnelFrameKind.End, (await wire.ReadFrameAsync()).Kind);
        await ending.WaitAsync(Soon);
        Assert.IsType<TunnelEnding.Ended>(await wire.EndingAsync());
    }

    public static TheoryData<string, byte[][]> Violations { get; } = new()
    {
        { "moved", [Frame(TunnelFrameKind.Move)] },
        { "moved", [Frame(TunnelFrameKind.Data, 1)] },
        { "moved", [Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes])] },
        { "moved", [Frame(TunnelFrameKind.End)] },
        { "moved", [Frame(TunnelFrameKind.End, DataWire.Count(9))] },
        { "moved", [Frame(TunnelFrameKind.End, DataWire.Count(10)), Frame(TunnelFrameKind.End, DataWire.Count(10))] },
        { "moved", [Frame(TunnelFrameKind.End, DataWire.Count(20)), Frame(TunnelFrameKind.End, DataWire.Count(20))] },
        { "moved", [Frame(TunnelFrameKind.End, DataWire.Count(ulong.MaxValue))] },
        { "moved", [Frame(TunnelFrameKind.End, DataWire.Count(long.MaxValue))] },
        { "dials", [Frame(TunnelFrameKind.Move)] },
        { "dials", [Frame(TunnelFrameKind.End, DataWire.Count(0))] },
        { "dials", [Frame(TunnelFrameKind.End), Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes])] },
        { "dials", [Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes - 1])] },
        { "dials", [Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes]), Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes])] },
        { "dials", [Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes]), Frame(TunnelFrameKind.End), Frame(TunnelFrameKind.Move)] },
        { "dials", [Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes]), Frame(TunnelFrameKind.Move, 1)] },
        { "not", [Frame(TunnelFrameKind.Offer, new byte[DataConnection.TicketBytes])] },
        { "not", [Frame(TunnelFrameKind.Move)] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Who_does_not_keep_to_the_protocol_is_closed(string what, byte[][] frames)
    {
        if (what == "moved")
        {
            await using var moved = await DataWire.StartAsync();
            await moved.Data.WriteAsync(new byte[10]);
            Assert.Equal(10, (await moved.Stream.ReceiveAsync(10)).Length);
            await ViolateAsync(moved.Stream, frames);
            return;
        }

        // It dials for as long as this takes.
        await using var wire = new Wire(dial: what == "not" ? null : static async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        });
        await ViolateAsync(wire, frames);
    }

    private static async Task ViolateAsync(Wire wire, byte[][] frames)
    {
        foreach (var frame in frames)
        {
            Assert.False(wire.Leg.Ending.IsCompleted);
            await wire.WriteAsync(frame);
        }

        Assert.Equal(TunnelCloseCodes.Protocol, (await wire.ReadCloseAsync()).Code);
        Assert.True(await wire.EndingAsync() is TunnelEnding.Closed { Here: true });
    }

    private static byte[] Frame(TunnelFrameKind kind, params byte[] payload)
    {
        var frame = new byte[TunnelFrame.HeaderLength + payload.Length];
        new TunnelFrame(kind, payload.Length).Write(frame);
        payload.CopyTo(frame, TunnelFrame.HeaderLength);
        return frame;
    }

    private static async Task CarryAsync(When offers, When dials)
    {
        await using var join = new Join();
        var (up, down) = (Join.ReadAsync(join.Offers), Join.ReadAsync(join.Dials));
        var (offered, may) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        async Task<string> SendAsync(TunnelLeg leg, When when)
        {
            if (when == When.After) await may.Task;
            var sent = await Join.SendAsync(leg, when == When.Before ? 1000 : Much / 2);
            if (when == When.While) await offered.Task;
            await leg.EndAsync();
            return sent;
        }

        var (sentDown, sentUp) = (SendAsync(join.Offers, offers), SendAsync(join.Dials, dials));
        if (offers == When.Before) await sentDown;
        if (dials == When.Before) await sentUp;
        Assert.Equal(offers != When.Before, await join.MoveAsync());
        offered.SetResult();
        if (offers != When.Before) await join.Moved.WaitAsync(Soon);
        may.SetResult();
        Assert.Equal((await sentUp, await sentDown), (await up.WaitAsync(Soon), await down.WaitAsync(Soon)));
        Assert.IsType<TunnelEnding.Ended>(await join.Offers.Ending.WaitAsync(Soon));
        Assert.IsType<TunnelEnding.Ended>(await join.Dials.Ending.WaitAsync(Soon));
    }

    // Time passes until it is done.
    private static async Task<T> PassAsync<T>(FakeTimeProvider time, Task<T> task)
    {
        for (var turn = 0; turn < 1000 && !task.IsCompleted; turn++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        return await task.WaitAsync(Soon);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var turn = 0; turn < 3000 && !holds(); turn++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.True(holds());
    }
}
