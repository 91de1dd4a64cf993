using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Doorward.Core.Tunnels;

// Data that moves to a connection of its own.
public sealed partial class TunnelLeg
{
    // How long the word for it may take when data breaks off.
    private static readonly TimeSpan Word = TimeSpan.FromSeconds(3);
    private readonly DataDial? _dial;
    private readonly CancellationTokenSource? _dialing;
    private Action? _whenMuchPassed;
    private TunnelData? _data;
    private bool _isMoving;
    private bool _readsData;
    private int _movesOut;

    /// <summary>Has that called once when so much has passed that a <see cref="DataConnection"/> is worth it.</summary>
    public void WhenMuchPassed(Action then) => _whenMuchPassed = then;

    /// <summary>Offers a data connection to the other side, which can dial one. False when the stream is over, or this side has ended.</summary>
    public async ValueTask<bool> TryOfferAsync(ReadOnlyMemory<byte> ticket)
    {
        try
        {
            return await _out.OfferAsync(ticket);
        }
        catch (Exception error) when (IsLoss(error))
        {
            return false;
        }
    }

    /// <summary>Data goes on on this connection, which the other side dialed and which is disposed with this. False when the stream is over, or has one: it is not used.</summary>
    public bool TryMove(DataConnection connection)
    {
        var data = new TunnelData(Task.FromResult<DataConnection?>(connection), _time);
        if (_ending is not null || Interlocked.CompareExchange(ref _data, data, null) is not null) return false;

        // It may have ended just before that, without seeing it.
        if (_ending is not null) return false;
        _ = MoveAsync(data);
        return true;
    }

    // What the other side sent before it closed is on its way, and may still come for a moment.
    private void Leave(TunnelData data, TunnelEnding ending)
    {
        if (ending is TunnelEnding.Closed { Here: false }) _ = Task.Delay(LastWord, _time).ContinueWith(_ => BreakOff(data), TaskScheduler.Default);
        else if (ending is not TunnelEnding.Ended) BreakOff(data);
    }

    private void BreakOff(TunnelData data)
    {
        try
        {
            _ = _dialing?.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was dialed in time.
        }

        data.Abort();
    }

    // Whoever closes breaks data off, and that may be here before the word for it.
    private async ValueTask<TunnelOverException> OverAsync(Exception error, bool isOfData)
    {
        if (isOfData) await Task.WhenAny(_over.Task, Task.Delay(Word, _time));
        End(new TunnelEnding.Lost(error));
        return new TunnelOverException(_ending!);
    }

    private async Task MoveAsync(TunnelData data)
    {
        if (Interlocked.Exchange(ref _movesOut, 1) == 1) return;
        try
        {
            if (await data.Opening is null) throw new IOException("there is no connection for data");
            await _out.MoveAsync(data);
        }
        catch (Exception error) when (IsLoss(error))
        {
            End(new TunnelEnding.Lost(error));
        }

        // Whoever waits for credit needs none any more.
        _sendable.Wake();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadDataAsync()
    {
        try
        {
            if (_ending is TunnelEnding.Closed { Here: true } closed) throw new TunnelOverException(closed);
            var (arrived, added) = await _data!.ReadAsync();
            if (_ending is TunnelEnding.Closed { Here: true } cut) throw new TunnelOverException(cut);
            if (added > 0)
            {
                Volatile.Write(ref _received, _received + added);
                Passed();
            }

            if (_data.IsWhole) Note(Heard);
            _lent = new ReadOnlySequence<byte>(arrived);
            return new ReadResult(_lent, isCanceled: false, isCompleted: arrived.IsEmpty);
        }
        catch (Exception error) when (IsLoss(error) && error is not TunnelOverException)
        {
            throw await OverAsync(error, isOfData: true);
        }
    }

    private string? ObeyOfData(TunnelFrameKind kind, ReadOnlySequence<byte> payload)
    {
        switch (kind)
        {
            case TunnelFrameKind.Offer when _dial is not null && _data is null && !HeardEnd:
                Volatile.Write(ref _data, new TunnelData(_dial(payload.ToArray(), _dialing!.Token), _time));
                return null;
            case TunnelFrameKind.Move when _data is not null && !_isMoving && !HeardEnd:
                Volatile.Write(ref _isMoving, true);
                return null;
            case TunnelFrameKind.End when _isMoving && payload.Length == sizeof(ulong):
                Span<byte> number = stackalloc byte[sizeof(ulong)];
                payload.CopyTo(number);
                if (!_data!.Expect(BinaryPrimitives.ReadInt64BigEndian(number))) return "An end came that cannot be.";
                if (_data.IsWhole) Note(Heard);
                return null;
            case TunnelFrameKind.End when !_isMoving && payload.IsEmpty && !HeardEnd:
                Note(Heard);
                return null;
            default:
                return kind == TunnelFrameKind.End ? "An end came that cannot be, or twice." : "There is no connection for data.";
        }
    }
}
