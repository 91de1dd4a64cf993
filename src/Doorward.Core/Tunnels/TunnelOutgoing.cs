using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Doorward.Core.Tunnels;

/// <summary>
/// What is written of one stream of frames, one writer at a time. Credit for the other side never waits for its turn: whoever has it writes
/// that along.
/// </summary>
internal sealed class TunnelOutgoing(PipeWriter pipe, TunnelCredit arriving) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile bool _over;
    private volatile TunnelData? _data;
    private bool _isEnded;

    /// <summary>Where data goes since it has moved; null before.</summary>
    public TunnelData? Data => _data;

    /// <summary>Writes one frame of data; false when that is not its way any more. The caller has seen to the credit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> DataAsync(ReadOnlySequence<byte> data)
    {
        await TakeTurnAsync();
        try
        {
            if (_data is not null) return false;
            WriteCredit();
            WriteHeader(TunnelFrameKind.Data, (int)data.Length);
            foreach (var part in data) pipe.Write(part.Span);
            await FlushAsync();
            return true;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Has credit that is due written, now or by whoever writes.</summary>
    public void Credit()
    {
        if (!_over && arriving.IsDue && _turn.Wait(0)) _ = CreditAsync();
    }

    /// <summary>Says that no more data comes; of data that has moved, also how much it was since.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask EndAsync()
    {
        await TakeTurnAsync();
        try
        {
            _isEnded = true;
            WriteHeader(TunnelFrameKind.End, _data is null ? 0 : sizeof(ulong));
            if (_data is { } moved)
            {
                BinaryPrimitives.WriteUInt64BigEndian(pipe.GetSpan(sizeof(ulong)), (ulong)moved.Sent);
                pipe.Advance(sizeof(ulong));
            }

            await FlushAsync();
        }
        finally
        {
            Release();
        }
    }

    /// <summary>False once it has ended: then there is nothing that could move.</summary>
    public async ValueTask<bool> OfferAsync(ReadOnlyMemory<byte> ticket)
    {
        await TakeTurnAsync();
        try
        {
            if (_isEnded) return false;
            WriteHeader(TunnelFrameKind.Offer, ticket.Length);
            pipe.Write(ticket.Span);
            await FlushAsync();
            return true;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Whatever data comes from now on goes there. Does nothing once it has ended.</summary>
    public async ValueTask MoveAsync(TunnelData data)
    {
        await TakeTurnAsync();
        try
        {
            if (_isEnded) return;
            WriteHeader(TunnelFrameKind.Move, 0);
            _data = data;
            await FlushAsync();
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Writes the last frame. False when its turn did not come, or it was not taken, in that time.</summary>
    public async ValueTask<bool> CloseAsync(TunnelClose close, TimeSpan patience, TimeProvider time)
    {
        using var late = new CancellationTokenSource(patience, time);
        try
        {
            await _turn.WaitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        try
        {
            if (_over) return false;
            _over = true;
            var text = JsonSerializer.SerializeToUtf8Bytes(close, TunnelJson.Default.TunnelClose);
            WriteHeader(TunnelFrameKind.Close, text.Length);
            pipe.Write(text);
            return !(await pipe.FlushAsync(late.Token)).IsCompleted;
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Nothing more is written; what waits for its turn fails.</summary>
    public void Stop() => _over = true;

    /// <summary>Waits until nobody writes, who is made to stop, and nobody will.</summary>
    public async ValueTask SettleAsync()
    {
        _over = true;
        try
        {
            pipe.CancelPendingFlush();
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            // What carries it is over before it.
        }

        await _turn.WaitAsync();
        _turn.Release();
    }

    public void Dispose() => _turn.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TakeTurnAsync()
    {
        await _turn.WaitAsync();
        if (!_over) return;
        _turn.Release();
        throw new IOException("the stream is over");
    }

    private async Task CreditAsync()
    {
        try
        {
            if (WriteCredit()) await FlushAsync();
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            // Whoever reads finds the stream lost as well.
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        _turn.Release();
        Credit();
    }

    private bool WriteCredit()
    {
        if (_over || arriving.Give() is not (> 0 and var bytes)) return false;
        WriteHeader(TunnelFrameKind.Credit, sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(pipe.GetSpan(sizeof(uint)), (uint)bytes);
        pipe.Advance(sizeof(uint));
        return true;
    }

    private void WriteHeader(TunnelFrameKind kind, int length)
    {
        new TunnelFrame(kind, length).Write(pipe.GetSpan(TunnelFrame.HeaderLength));
        pipe.Advance(TunnelFrame.HeaderLength);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushAsync()
    {
        var flushed = await pipe.FlushAsync();
        if (flushed.IsCompleted || flushed.IsCanceled) throw new IOException("the other side takes no more");
    }
}
