using System.Buffers;
using System.Text.Json;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>The stream on which a gateway gives its orders. Both sides are heard every second, or it is over.</summary>
internal sealed class OrdersChannel(TunnelCall call, TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private bool _isOver;

    // Not disposed: no handle of it was asked for.
    private SemaphoreSlim Writing { get; } = new(1);

    /// <summary>Reads until the gateway, or <paramref name="ct"/>, ends it.</summary>
    public async Task RunAsync(Action<ConnectorOrder> take, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                using var silent = new CancellationTokenSource(Patience, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, ct);
                var read = await call.Incoming.ReadAsync(either.Token);
                var rest = read.Buffer;
                while (OrderFrame.TryTake(ref rest, out var kind, out var payload))
                {
                    if (kind == TunnelFrameKind.Ping) await WriteAsync(TunnelFrameKind.Pong, payload);
                    if (kind == TunnelFrameKind.Message && OrderFrame.ReadOrder(payload) is { } order) take(order);
                }

                call.Incoming.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or HttpRequestException or InvalidDataException or InvalidOperationException)
        {
            // Over, for whatever reason; who lost it opens another.
        }
    }

    /// <summary>Nothing is written any more, and nobody is writing: what carries it may be disposed.</summary>
    public async Task SettleAsync()
    {
        await Writing.WaitAsync();
        _isOver = true;
        Writing.Release();
    }

    /// <summary>Does nothing when the stream is over.</summary>
    public async Task SendAsync(ConnectorMessage message)
    {
        try
        {
            await WriteAsync(TunnelFrameKind.Message, JsonSerializer.SerializeToUtf8Bytes(message, TunnelJson.Default.ConnectorMessage));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or HttpRequestException or InvalidOperationException)
        {
            // Whoever reads finds it over as well.
        }
    }

    private async Task WriteAsync(TunnelFrameKind kind, byte[] payload)
    {
        using var late = new CancellationTokenSource(Patience, time);
        await Writing.WaitAsync(late.Token);
        try
        {
            if (_isOver) throw new IOException("the stream of orders is over");
            new TunnelFrame(kind, payload.Length).Write(call.Outgoing.GetSpan(TunnelFrame.HeaderLength));
            call.Outgoing.Advance(TunnelFrame.HeaderLength);
            call.Outgoing.Write(payload);
            await call.Outgoing.FlushAsync(late.Token);
        }
        finally
        {
            Writing.Release();
        }
    }
}
