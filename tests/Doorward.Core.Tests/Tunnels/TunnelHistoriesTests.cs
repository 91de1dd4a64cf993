using System.IO.Pipelines;
using CsCheck;
using Doorward.Core.Tunnels;
using Doorward.Testing.Tunnels;

namespace Doorward.Core.Tests.Tunnels;

/// <summary>Random histories of two sides, a relay between them or none, against what two queues of bytes would do; data may move at any moment.</summary>
public sealed class TunnelHistoriesTests
{
    private static readonly TunnelClose Cut = new(TunnelCloseCodes.Cut, "Over.");

    // 0..15 sends, 16..25 reads, 26 ends, 27 closes, by which side; 28 moves the data of the join at that side.
    private static readonly Gen<(int Act, int Size, bool IsFirst)[]> Histories =
        Gen.Select(Gen.Int[0, 28], Gen.Frequency((3, Gen.Int[1, 300]), (1, Gen.Int[1, 200_000])), Gen.Bool).Array[0, 60];

    [Fact]
    public Task Two_sides_give_each_other_what_they_send() =>
        Histories.SampleAsync(static acts => FollowAsync(acts, hasRelay: false), iter: 600, threads: 2);

    [Fact]
    public Task A_relay_between_them_changes_nothing() =>
        Histories.SampleAsync(static acts => FollowAsync(acts, hasRelay: true), iter: 400, threads: 2);

    private static async Task FollowAsync((int Act, int Size, bool IsFirst)[] acts, bool hasRelay)
    {
        await using var world = new World(hasRelay);
        foreach (var (act, size, isFirst) in acts)
        {
            var (side, other) = isFirst ? (world.First, world.Second) : (world.Second, world.First);
            if (act <= 15) side.Send(size);
            else if (act <= 25) await side.ReadAsync(size);
            else if (act == 26) side.End();
            else if (act == 28) world.Move(isFirst);
            else
            {
                await side.Leg.CloseAsync(Cut);

                // Ended already, it says nothing more; a relay then brings the end behind what the other still has to read.
                var reading = other.AssertPrefixAsync(side);
                Assert.True(await other.EndingAsync() is TunnelEnding.Ended or TunnelEnding.Closed);
                await reading;
                return;
            }
        }

        world.First.End();
        world.Second.End();
        await Task.WhenAll(world.First.ReadAsync(int.MaxValue), world.Second.ReadAsync(int.MaxValue)).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(world.First.Leg.Sent, world.Second.Leg.Received);
        Assert.Equal(world.Second.Leg.Sent, world.First.Leg.Received);
        Assert.Equal((world.First.Queued, world.Second.Queued), (world.Second.Consumed, world.First.Consumed));
        Assert.IsType<TunnelEnding.Ended>(await world.First.EndingAsync());
        Assert.IsType<TunnelEnding.Ended>(await world.Second.EndingAsync());
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly List<TunnelLeg> _legs = [];
        private readonly List<Pipe> _pipes = [];
        private readonly List<Action> _moves = [];
        private readonly Task _relay = Task.CompletedTask;

        public World(bool hasRelay)
        {
            var (near, far) = Join();
            (First, Second) = (new Side(near, 1), new Side(far, 2));
            if (!hasRelay) return;
            var (middle, end) = Join();
            Second = new Side(end, 2);
            _relay = Task.WhenAll(TunnelPump.RunAsync(far, middle), TunnelPump.RunAsync(middle, far), PassCloseAsync(far, middle), PassCloseAsync(middle, far));
        }

        public Side First { get; }

        public Side Second { get; }

        /// <summary>Has a data connection offered, once; whoever can dial is nearer to the end.</summary>
        public void Move(bool isFirst) => _moves[isFirst ? 0 : ^1]();

        public async ValueTask DisposeAsync()
        {
            // Whoever reads of a leg is to be through with it before it is disposed; what is written to a leg that is over is broken off.
            foreach (var leg in _legs) await leg.CloseAsync(Cut);
            for (var turn = 0; !_relay.IsCompleted && turn < 1000; turn++)
            {
                foreach (var pipe in _pipes) pipe.Writer.CancelPendingFlush();
                await Task.WhenAny(_relay, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
            }

            await _relay.WaitAsync(TimeSpan.FromSeconds(10));
            await Task.WhenAll(_legs.Select(static leg => leg.DisposeAsync().AsTask()));
        }

        private static async Task PassCloseAsync(TunnelLeg from, TunnelLeg to)
        {
            if (await from.Ending is TunnelEnding.Closed { Here: false } closed) await to.CloseAsync(closed.Close);
        }

        // A carrier that waits now and then, as connections do.
        private (TunnelLeg, TunnelLeg) Join()
        {
            var options = new PipeOptions(pauseWriterThreshold: 100_000, resumeWriterThreshold: 50_000, useSynchronizationContext: false);
            var (one, other) = (new Pipe(options), new Pipe(options));
            TunnelLeg? offers = null;
            async Task<DataConnection?> DialAsync(ReadOnlyMemory<byte> ticket, CancellationToken ct)
            {
                var pair = await TlsPair.OpenAsync();
                if (!offers!.TryMove(pair.AcceptedConnection)) await pair.Accepted.DisposeAsync();
                return pair.DialedConnection;
            }

            // The relay's legs offer.
            var isFirst = _legs.Count == 0;
            DataDial dial = DialAsync;
            var legs = (
                new TunnelLeg(one.Reader, other.Writer, TimeProvider.System, dial: isFirst ? dial : null),
                new TunnelLeg(other.Reader, one.Writer, TimeProvider.System, dial: isFirst ? null : dial));
            offers = isFirst ? legs.Item2 : legs.Item1;
            var offered = 0;
            _moves.Add(() =>
            {
                if (Interlocked.Exchange(ref offered, 1) == 0) _ = offers.TryOfferAsync(new byte[DataConnection.TicketBytes]).AsTask();
            });
            _legs.AddRange([legs.Item1, legs.Item2]);
            _pipes.AddRange([one, other]);
            return legs;
        }
    }

    /// <summary>Sends numbered bytes, in the order they were asked for, and compares what it reads with what the other numbers.</summary>
    private sealed class Side(TunnelLeg leg, int seed)
    {
        private Task _sending = Task.CompletedTask;
        private bool _isEnded;

        public TunnelLeg Leg => leg;

        public long Queued { get; private set; }

        public long Consumed { get; private set; }

        public void Send(int size)
        {
            if (_isEnded) return;
            var (from, before) = (Queued, _sending);
            Queued += size;
            var bytes = new byte[size];
            for (var i = 0; i < size; i++) bytes[i] = ByteAt(seed, from + i);
            _sending = Next();

            async Task Next()
            {
                try
                {
                    await before;
                    await leg.SendAsync(bytes);
                }
                catch (TunnelOverException)
                {
                    // The other side, or this one, closed.
                }
            }
        }

        public void End()
        {
            if (_isEnded) return;
            _isEnded = true;
            var before = _sending;
            _sending = Next();

            async Task Next()
            {
                await before;
                await leg.EndAsync();
            }
        }

        /// <summary>Up to that much, of what is there or comes before the end.</summary>
        public async Task ReadAsync(int most)
        {
            while (most > 0 && (most == int.MaxValue || leg.Received > Consumed))
            {
                var result = await leg.ReadAsync();
                if (result.IsCompleted && result.Buffer.IsEmpty)
                {
                    leg.Consume(result.Buffer.End);
                    return;
                }

                var part = result.Buffer.Slice(0, Math.Min(most, result.Buffer.Length));
                Compare(part);
                if (most != int.MaxValue) most -= (int)part.Length;
                leg.Consume(part.End);
            }
        }

        public async Task<TunnelEnding> EndingAsync() => await leg.Ending.WaitAsync(TimeSpan.FromSeconds(60));

        /// <summary>What is left is the beginning of what the other sent.</summary>
        public async Task AssertPrefixAsync(Side other)
        {
            try
            {
                await ReadAsync(int.MaxValue);
            }
            catch (TunnelOverException)
            {
                // As it was closed.
            }

            Assert.True(Consumed <= other.Queued);
        }

        private void Compare(System.Buffers.ReadOnlySequence<byte> part)
        {
            foreach (var segment in part)
            {
                foreach (var each in segment.Span)
                    if (each != ByteAt(3 - seed, Consumed++)) Assert.Fail($"byte {Consumed - 1} is another");
            }
        }

        private static byte ByteAt(int seed, long index) => (byte)((index * 31) + (index >> 8) + seed);
    }
}
