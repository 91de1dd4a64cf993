using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Doorward.Core.Tunnels;

/// <summary>
/// One side of a tunnel: data both ways as <see cref="TunnelFrame"/>s over whatever carries bytes. Frames are read as they come and never
/// wait for who consumes: what lies here is bounded by the credit that the other side was given, and who exceeds it is closed.
/// </summary>
/// <remarks>
/// Made for two uses. An end reads and sends by <see cref="TunnelEnd"/>, between a connection and the frames. A relay has two of these and
/// pumps: what <see cref="ReadAsync"/> gives of one goes to <see cref="SendAsync"/> of the other, then <see cref="Consume"/>; each leg has
/// credit of its own, so that a relay holds at most <see cref="TunnelFrame.InitialCredit"/> and a segment each way (<see cref="TunnelPump"/>).
/// One reader and one sender at a time. Idle it holds no buffers.
/// Where much passes, data moves to a <see cref="DataConnection"/>, each way at a moment of its own, and only what is said about it stays: the gateway
/// offers one, the other side dials it, and each says when it moves. There data waits unread for who consumes, by TCP's own means.
/// </remarks>
public sealed partial class TunnelLeg : IAsyncDisposable
{
    /// <summary>How long the last frame may take.</summary>
    public static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(250);

    // Never waits: credit bounds it. Wakes its reader on the same thread; who blocks threads says so.
    private static readonly PipeOptions Inline = Options(PipeScheduler.Inline);
    private static readonly PipeOptions Apart = Options(PipeScheduler.ThreadPool);
    private const int Said = 1;
    private const int Heard = 2;
    private const int Saying = 4;

    // Of data that the other side has said to be all, once what it said that on is over.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);
    private readonly PipeReader _incoming;
    private readonly Pipe _arrived;
    private readonly TunnelCredit _arriving = new();
    private readonly TunnelSignal _sendable = new();
    private readonly TunnelOutgoing _out;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<TunnelEnding> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private TunnelEnding? _ending;
    private ReadOnlySequence<byte> _lent;
    private long _maySend = TunnelFrame.InitialCredit;
    private long _received;
    private long _sent;
    private long _lastPassed;
    private int _ends;
    private int _leftOfFrame;
    private long _taken;

    /// <param name="incoming">Not completed by this.</param>
    /// <param name="outgoing">Not completed by this.</param>
    /// <param name="time">For the idle clock.</param>
    /// <param name="readerBlocks">Whether who reads may block its thread (a terminal); it is then woken on another.</param>
    /// <param name="dial">Dials a data connection by a ticket, if this side can; null where it comes to nothing, and nothing is thrown.</param>
    public TunnelLeg(
        PipeReader incoming, PipeWriter outgoing, TimeProvider time, bool readerBlocks = false,
        DataDial? dial = null)
    {
        (_incoming, _time, _lastPassed, _dial) = (incoming, time, time.GetTimestamp(), dial);
        if (dial is not null) _dialing = new CancellationTokenSource();
        _arrived = new Pipe(readerBlocks ? Apart : Inline);
        _out = new TunnelOutgoing(outgoing, _arriving);
        _reading = ReadFramesAsync();
    }

    /// <summary>Completes when nothing can be sent any more; what arrived before may still be read.</summary>
    public Task<TunnelEnding> Ending => _over.Task;

    /// <summary>Bytes of data that came.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Bytes of data that went.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>When data last passed either way, as <see cref="TimeProvider.GetTimestamp"/> counts.</summary>
    public long LastPassed => Volatile.Read(ref _lastPassed);

    private bool HeardEnd => (Volatile.Read(ref _ends) & Heard) != 0;

    /// <summary>
    /// What arrived, in order. At its end <see cref="ReadResult.IsCompleted"/> comes with an empty buffer: the other side said END. Throws
    /// <see cref="TunnelOverException"/> when it did not, after everything that came before that; and at once when this side closed.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadResult> ReadAsync()
    {
        if (_readsData) return await ReadDataAsync();
        var result = await _arrived.Reader.ReadAsync();
        if (result.IsCompleted && result.Buffer.IsEmpty && Volatile.Read(ref _isMoving) && _ending is not TunnelEnding.Closed { Here: true })
        {
            _arrived.Reader.AdvanceTo(result.Buffer.Start);
            _readsData = true;
            return await ReadDataAsync();
        }

        if (_ending is TunnelEnding.Closed { Here: true } || (result.IsCompleted && result.Buffer.IsEmpty && !HeardEnd))
        {
            _arrived.Reader.AdvanceTo(result.Buffer.Start);
            throw new TunnelOverException(_ending!);
        }

        _lent = result.Buffer;
        return result;
    }

    /// <summary>After each <see cref="ReadAsync"/>: up to where it was used. Gives the other side credit for it.</summary>
    public void Consume(SequencePosition consumed)
    {
        var bytes = _lent.Slice(0, consumed).Length;
        _lent = default;
        if (_readsData)
        {
            _data!.Consume((int)bytes);
            return;
        }

        _arrived.Reader.AdvanceTo(consumed);
        _arriving.Owe(bytes);
        _out.Credit();
    }

    /// <summary>Sends as the other side gives credit. Throws <see cref="TunnelOverException"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlySequence<byte> data)
    {
        while (!data.IsEmpty)
        {
            var part = data.Slice(0, Math.Min(data.Length, await CreditAsync()));
            try
            {
                if (_out.Data is { } moved)
                {
                    foreach (var piece in part) await moved.WriteAsync(piece);
                }
                else if (!await TrySendAsync(part))
                {
                    continue;
                }
            }
            catch (Exception error) when (IsLoss(error))
            {
                throw await OverAsync(error, _out.Data is not null);
            }

            data = data.Slice(part.Length);
            Interlocked.Add(ref _sent, part.Length);
            Passed();
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> data) => SendAsync(new ReadOnlySequence<byte>(data));

    /// <summary>Waits until data may be sent: how much goes into one frame now.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> CreditAsync()
    {
        while (true)
        {
            if (_ending is { } ending) throw new TunnelOverException(ending);
            if (_out.Data is not null) return DataConnection.BlockBytes;
            if (Volatile.Read(ref _maySend) is > 0 and var credit) return (int)Math.Min(credit, TunnelFrame.MostPayload);
            await _sendable.WaitAsync();
        }
    }

    /// <summary>Says that no more data goes this way; the other way goes on. Does nothing when the stream is over.</summary>
    public async ValueTask EndAsync()
    {
        try
        {
            // The other side may be through, and gone, before this goes on.
            Interlocked.Or(ref _ends, Saying);
            await _out.EndAsync();
            Note(Said);
        }
        catch (Exception error) when (IsLoss(error))
        {
            End(new TunnelEnding.Lost(error));
        }
    }

    /// <summary>
    /// Ends both ways, and says why if the other side takes it within <see cref="LastWord"/>. Whoever carries the bytes is to be reset then.
    /// Does nothing when the stream is over.
    /// </summary>
    public async ValueTask CloseAsync(TunnelClose close)
    {
        if (!End(new TunnelEnding.Closed(close, Here: true))) return;
        try
        {
            await _out.CloseAsync(close, LastWord, _time);
        }
        finally
        {
            _out.Stop();
            _said.TrySetResult();
        }
    }

    /// <summary>Whoever did not end or close it is gone. Waits until nothing of this touches what carries it.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new TunnelEnding.Lost(null));

        // A last word that waits for its turn has a moment for it.
        if (_ending is TunnelEnding.Closed { Here: true }) await _said.Task;
        await _reading;
        await _out.SettleAsync();
        _out.Dispose();
        _arrived.Reader.Complete();
        if (_data is not null)
        {
            if (_dialing is not null) await _dialing.CancelAsync();
            if (_ending is TunnelEnding.Ended) await _data.PartAsync();
            await _data.DisposeAsync();
        }

        _dialing?.Dispose();
    }

    /// <summary>What carriers throw when they break off.</summary>
    public static bool IsLoss(Exception error) =>
        error is IOException or HttpRequestException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private static PipeOptions Options(PipeScheduler reader) =>
        new(MemoryPool<byte>.Shared, reader, PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 16 * 1024, useSynchronizationContext: false);

    private void Note(int end)
    {
        if (((Interlocked.Or(ref _ends, end) | end) & (Said | Heard)) == (Said | Heard)) End(new TunnelEnding.Ended());
    }

    private bool End(TunnelEnding ending)
    {
        if (Interlocked.CompareExchange(ref _ending, ending, null) is not null) return false;
        var isClosedHere = ending is TunnelEnding.Closed { Here: true };
        if (!isClosedHere) _out.Stop();
        _sendable.Wake();
        StopReading();
        if (isClosedHere) _arrived.Reader.CancelPendingRead();
        if (Volatile.Read(ref _data) is { } data) Leave(data, ending);
        _over.TrySetResult(ending);
        return true;
    }

    private void Passed()
    {
        Volatile.Write(ref _lastPassed, _time.GetTimestamp());
        if (_whenMuchPassed is not { } then || _sent + _received < DataConnection.WorthBytes) return;
        if (Interlocked.Exchange(ref _whenMuchPassed, null) is not null) then();
    }

    // Before it goes: its credit may be back before this goes on.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TrySendAsync(ReadOnlySequence<byte> part)
    {
        Interlocked.Add(ref _maySend, -part.Length);
        if (await _out.DataAsync(part)) return true;
        Interlocked.Add(ref _maySend, part.Length);
        return false;
    }

    private void StopReading()
    {
        try
        {
            _incoming.CancelPendingRead();
        }
        catch (Exception error) when (IsLoss(error))
        {
            // What carries it is over before it; then nothing is read.
        }
    }

    private async Task ReadFramesAsync()
    {
        try
        {
            while (_ending is null) await ReadOnceAsync();
        }
        catch (Exception error)
        {
            // Whatever it was: what came may not be all.
            await LoseAsync(error);
        }
        finally
        {
            _arrived.Writer.Complete();
        }
    }

    private async ValueTask ReadOnceAsync()
    {
        var result = await _incoming.ReadAsync();
        var rest = result.Buffer;
        var (taken, isCredited) = (_taken, false);
        var violation = Take(ref rest, ref isCredited);
        _incoming.AdvanceTo(rest.Start, rest.End);

        // Whoever is woken here goes on, on this thread, until it would wait.
        if (taken != _taken)
        {
            Passed();
            await _arrived.Writer.FlushAsync();
        }

        if (isCredited) _sendable.Wake();
        if (HeardEnd || _isMoving) _arrived.Writer.Complete();
        if (_isMoving) _ = MoveAsync(_data!);
        if (violation is not null) await CloseAsync(new TunnelClose(TunnelCloseCodes.Protocol, violation));
        else if (result.IsCompleted) await LoseAsync(null);
    }

    // Once both sides have said their ends, the other one may leave: what is left of its data is on its way to here.
    private async Task LoseAsync(Exception? cause)
    {
        var isSaid = (Volatile.Read(ref _ends) & Saying) != 0 && (HeardEnd || _data is { IsTold: true });
        if (isSaid) await ((Task)_over.Task).WaitAsync(Rest, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End(new TunnelEnding.Lost(cause));
    }

    // Data goes on as it comes, frames or parts of them; null unless the other side does what it may not.
    private string? Take(ref ReadOnlySequence<byte> rest, ref bool isCredited)
    {
        Span<byte> header = stackalloc byte[TunnelFrame.HeaderLength];
        while (true)
        {
            if (_leftOfFrame > 0) TakeData(ref rest);
            if (_leftOfFrame > 0 || _ending is not null || rest.Length < TunnelFrame.HeaderLength) return null;
            rest.Slice(0, TunnelFrame.HeaderLength).CopyTo(header);
            if (!TunnelFrame.TryRead(header, out var frame)) return "There is no such frame.";
            if (frame.Kind == TunnelFrameKind.Data)
            {
                if (HeardEnd || _isMoving) return "Data came after the end.";
                if (!_arriving.TryTake(frame.Length)) return "More data came than was asked for.";
                _leftOfFrame = frame.Length;
                rest = rest.Slice(TunnelFrame.HeaderLength);
                continue;
            }

            if (rest.Length < TunnelFrame.HeaderLength + frame.Length) return null;
            var payload = rest.Slice(TunnelFrame.HeaderLength, frame.Length);
            rest = rest.Slice(payload.End);
            if ((frame.Kind is TunnelFrameKind.Offer or TunnelFrameKind.Move or TunnelFrameKind.End ? ObeyOfData(frame.Kind, payload) : Obey(frame.Kind, payload, ref isCredited)) is { } violation)
                return violation;
        }
    }

    private void TakeData(ref ReadOnlySequence<byte> rest)
    {
        var data = rest.Slice(0, Math.Min(rest.Length, _leftOfFrame));
        foreach (var part in data) _arrived.Writer.Write(part.Span);
        rest = rest.Slice(data.End);
        _leftOfFrame -= (int)data.Length;
        _taken += data.Length;
        Volatile.Write(ref _received, _taken);
    }

    private string? Obey(TunnelFrameKind kind, ReadOnlySequence<byte> payload, ref bool isCredited)
    {
        switch (kind)
        {
            case TunnelFrameKind.Credit:
                // More than was sent cannot have been consumed.
                Span<byte> number = stackalloc byte[sizeof(uint)];
                payload.CopyTo(number);
                var bytes = BinaryPrimitives.ReadUInt32BigEndian(number);
                if (bytes == 0 || Interlocked.Add(ref _maySend, bytes) > TunnelFrame.InitialCredit) return "Credit came for what was not sent.";
                isCredited = true;
                return null;
            case TunnelFrameKind.Close when TunnelCloseText.Read(payload) is { } close:
                End(new TunnelEnding.Closed(close, Here: false));
                return null;
            default:
                return "A frame came that has no place here.";
        }
    }
}
