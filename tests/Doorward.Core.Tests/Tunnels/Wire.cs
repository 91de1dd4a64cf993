using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using Doorward.Core.Tunnels;

namespace Doorward.Core.Tests.Tunnels;

/// <summary>A leg, and its other side written and read by hand, frame by frame.</summary>
internal sealed class Wire : IAsyncDisposable
{
    // Whatever is written has been read when the writing returns.
    private readonly Pipe _towards = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe _from;

    /// <param name="pause">From how many bytes on a writer waits until they are read; 0 for never.</param>
    /// <param name="time">Of the leg.</param>
    /// <param name="dial">Of the leg, if it can dial data connections.</param>
    public Wire(int pause = 0, TimeProvider? time = null, DataDial? dial = null)
    {
        _from = new Pipe(new PipeOptions(pauseWriterThreshold: pause, resumeWriterThreshold: pause / 2));
        Leg = new TunnelLeg(_towards.Reader, _from.Writer, time ?? TimeProvider.System, dial: dial);
    }

    public TunnelLeg Leg { get; }

    public async Task WriteAsync(params byte[] bytes)
    {
        await _towards.Writer.WriteAsync(bytes);
    }

    public Task WriteFrameAsync(TunnelFrameKind kind, params byte[] payload)
    {
        var frame = new byte[TunnelFrame.HeaderLength + payload.Length];
        new TunnelFrame(kind, payload.Length).Write(frame);
        payload.CopyTo(frame, TunnelFrame.HeaderLength);
        return WriteAsync(frame);
    }

    public Task WriteCreditAsync(uint bytes)
    {
        var payload = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(payload, bytes);
        return WriteFrameAsync(TunnelFrameKind.Credit, payload);
    }

    public void BreakOff() => _towards.Writer.Complete();

    /// <summary>The next frame that the leg wrote.</summary>
    public async Task<(TunnelFrameKind Kind, byte[] Payload)> ReadFrameAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var start = await _from.Reader.ReadAtLeastAsync(TunnelFrame.HeaderLength, late.Token);
        Assert.True(TunnelFrame.TryRead(start.Buffer.Slice(0, TunnelFrame.HeaderLength).ToArray(), out var frame));
        _from.Reader.AdvanceTo(start.Buffer.GetPosition(TunnelFrame.HeaderLength));
        if (frame.Length == 0) return (frame.Kind, []);
        var rest = await _from.Reader.ReadAtLeastAsync(frame.Length, late.Token);
        var payload = rest.Buffer.Slice(0, frame.Length).ToArray();
        _from.Reader.AdvanceTo(rest.Buffer.GetPosition(frame.Length));
        return (frame.Kind, payload);
    }

    public async Task<TunnelClose> ReadCloseAsync()
    {
        while (true)
        {
            var (kind, payload) = await ReadFrameAsync();
            if (kind == TunnelFrameKind.Close) return JsonSerializer.Deserialize(payload, TunnelJson.Default.TunnelClose)!;
        }
    }

    /// <summary>What arrived, until the leg's end or that many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int bytes = int.MaxValue)
    {
        var all = new List<byte>();
        while (all.Count < bytes)
        {
            var result = await Leg.ReadAsync();
            if (result.IsCompleted && result.Buffer.IsEmpty) break;
            all.AddRange(result.Buffer.ToArray());
            Leg.Consume(result.Buffer.End);
        }

        return [.. all];
    }

    public async Task<TunnelEnding> EndingAsync() => await Leg.Ending.WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => Leg.DisposeAsync();
}
