using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// The stream on which one replica gets its orders. Both sides are heard every second, or it is over: that is how soon a replica that is
/// gone gets no more of them.
/// </summary>
internal sealed class OrderStream(PipeReader reader, PipeWriter writer, string address, TimeProvider clock)
{
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    // Pings, not seconds: a process that stood still for a while finds the answers behind it.
    private const int MostUnheard = 3;
    private int _unheard;
    private long _stopped;
    private long _latency;
    private volatile ConnectorHello? _hello;

    // Nothing of either is to be disposed: no handle was asked for.
    private SemaphoreSlim Writing { get; } = new(1);

    private CancellationTokenSource Over { get; } = new();

    public string Address => address;

    public DateTimeOffset Since { get; } = clock.GetUtcNow();

    /// <summary>When the certificate does that the connection showed.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>What it said of itself; null before it said anything, and then it gets no orders.</summary>
    public ConnectorHello? Hello => _hello;

    /// <summary>Of the last round trip; zero before the first.</summary>
    public TimeSpan Latency => TimeSpan.FromTicks(Volatile.Read(ref _latency));

    public bool IsOver => Over.IsCancellationRequested;

    /// <summary>When it stopped taking orders, as <see cref="TimeProvider.GetTimestamp"/> counts; zero while it takes them.</summary>
    public long Stopped => Volatile.Read(ref _stopped);

    /// <summary>Whether it is over because nothing was heard, or because nothing could be written any more.</summary>
    public bool FellSilent { get; private set; }

    /// <summary>Ends when it is over, for whatever reason.</summary>
    public async Task RunAsync(Action<ConnectorMessage> heard, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, Over.Token);
        await Task.WhenAny(ReadAsync(heard, either.Token), PingAsync(either.Token));
        End();
    }

    public void End()
    {
        Stop();
        Over.CancelAsync();
    }

    /// <summary>False when it cannot be written in time: the replica is as good as gone.</summary>
    public async Task<bool> TryOrderAsync(ConnectorOrder order) =>
        await TryWriteAsync(TunnelFrameKind.Message, JsonSerializer.SerializeToUtf8Bytes(order, TunnelJson.Default.ConnectorOrder));

    private async Task ReadAsync(Action<ConnectorMessage> heard, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(ct);
                var rest = read.Buffer;
                while (TryTake(ref rest, out var frame, out var payload))
                {
                    Volatile.Write(ref _unheard, 0);
                    if (!await TakeAsync(frame.Kind, payload, heard)) return;
                }

                if (read.IsCompleted || !IsFollowable(rest)) return;
                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException or JsonException)
        {
            // Gone, or not one of ours: either way over.
        }
    }

    private async Task<bool> TakeAsync(TunnelFrameKind kind, ReadOnlySequence<byte> payload, Action<ConnectorMessage> heard)
    {
        switch (kind)
        {
            case TunnelFrameKind.Ping:
                return await TryWriteAsync(TunnelFrameKind.Pong, payload.ToArray());
            case TunnelFrameKind.Pong:
                var sent = BinaryPrimitives.ReadInt64BigEndian(payload.ToArray());
                if (sent > 0 && sent <= clock.GetTimestamp()) Volatile.Write(ref _latency, clock.GetElapsedTime(sent).Ticks);
                return true;
            case TunnelFrameKind.Message when JsonSerializer.Deserialize(payload.ToArray(), TunnelJson.Default.ConnectorMessage) is { } message:
                if (message.Hello is { } hello) Take(hello);
                heard(message);
                return true;
            default:
                return false;
        }
    }

    private void Take(ConnectorHello hello)
    {
        if (hello.Draining) Stop();
        else Volatile.Write(ref _stopped, 0);
        _hello = hello with { Version = Fit(hello.Version) };
    }

    private void Stop() => Interlocked.CompareExchange(ref _stopped, clock.GetTimestamp(), 0);

    private async Task PingAsync(CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(PingInterval, clock);
            var stamp = new byte[sizeof(long)];
            do
            {
                BinaryPrimitives.WriteInt64BigEndian(stamp, clock.GetTimestamp());
                if (!await TryWriteAsync(TunnelFrameKind.Ping, stamp)) return;
            }
            while (await timer.WaitForNextTickAsync(ct) && !(FellSilent = Interlocked.Increment(ref _unheard) >= MostUnheard) && clock.GetUtcNow() < Ends);
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }

    private async Task<bool> TryWriteAsync(TunnelFrameKind kind, byte[] payload)
    {
        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, Over.Token);
        try
        {
            await Writing.WaitAsync(either.Token);
            try
            {
                new TunnelFrame(kind, payload.Length).Write(writer.GetSpan(TunnelFrame.HeaderLength));
                writer.Advance(TunnelFrame.HeaderLength);
                writer.Write(payload);
                return !(await writer.FlushAsync(either.Token)).IsCompleted;
            }
            finally
            {
                Writing.Release();
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            if (late.IsCancellationRequested) FellSilent = true;
            End();
            return false;
        }
    }

    private static bool TryTake(ref ReadOnlySequence<byte> rest, out TunnelFrame frame, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (!TryReadHeader(rest, out frame) || rest.Length < TunnelFrame.HeaderLength + frame.Length) return false;
        payload = rest.Slice(TunnelFrame.HeaderLength, frame.Length);
        rest = rest.Slice(TunnelFrame.HeaderLength + frame.Length);
        return true;
    }

    private static bool IsFollowable(ReadOnlySequence<byte> rest) => rest.Length < TunnelFrame.HeaderLength || TryReadHeader(rest, out _);

    private static bool TryReadHeader(ReadOnlySequence<byte> rest, out TunnelFrame frame)
    {
        frame = default;
        if (rest.Length < TunnelFrame.HeaderLength) return false;
        Span<byte> header = stackalloc byte[TunnelFrame.HeaderLength];
        rest.Slice(0, TunnelFrame.HeaderLength).CopyTo(header);
        return TunnelFrame.TryRead(header, out frame) && frame.Kind is TunnelFrameKind.Message or TunnelFrameKind.Ping or TunnelFrameKind.Pong;
    }

    // It is shown to administrators, and comes from a machine.
    private static string Fit(string version) => string.Concat(version.Take(64).Select(static each => each is > ' ' and <= '~' ? each : '?'));
}
