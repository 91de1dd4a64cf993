using System.Buffers;

namespace Doorward.Core.Tunnels;

/// <summary>
/// Of a leg that has a <see cref="DataConnection"/>, or is getting one: what passes there. How much that is in all, its stream says; what the
/// connection itself says of its end, anybody on the way could.
/// </summary>
/// <param name="opening">Null when it comes to nothing.</param>
internal sealed class TunnelData(Task<DataConnection?> opening)
{
    private const long Unknown = long.MaxValue;
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[]? _buffer;
    private ReadOnlyMemory<byte> _arrived;
    private long _expected = Unknown;
    private long _received;

    public Task<DataConnection?> Opening => opening;

    /// <summary>Bytes that were written.</summary>
    public long Sent { get; private set; }

    /// <summary>Whether the other side has said how much it sends, and all of it is here.</summary>
    public bool IsWhole => Volatile.Read(ref _received) == Volatile.Read(ref _expected);

    /// <summary>The other side sends so much in all. False when that cannot be, or was said before.</summary>
    public bool Expect(long bytes)
    {
        if (bytes < Volatile.Read(ref _received) || Interlocked.CompareExchange(ref _expected, bytes, Unknown) != Unknown) return false;
        _told.TrySetResult();
        return true;
    }

    /// <summary>Some bytes, and how many of them are new; none at the end, which the other side has said. Throws <see cref="IOException"/> when it breaks off.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Arrived, int New)> ReadAsync()
    {
        if (!_arrived.IsEmpty) return (_arrived, 0);
        if (IsWhole) return default;
        var connection = await ConnectedAsync();
        await connection.ReadableAsync();
        _buffer ??= ArrayPool<byte>.Shared.Rent(DataConnection.BlockBytes);
        var read = await connection.ReadAsync(_buffer);
        if (read == 0)
        {
            await _told.Task;
            return IsWhole ? default : throw new IOException("the data broke off");
        }

        if (Interlocked.Add(ref _received, read) > Volatile.Read(ref _expected)) throw new IOException("more data came than was said");
        _arrived = _buffer.AsMemory(0, read);
        return (_arrived, read);
    }

    /// <summary>That much of what arrived is used; the memory of all that was is another's then.</summary>
    public void Consume(int bytes)
    {
        _arrived = _arrived[bytes..];
        if (_arrived.IsEmpty) GiveBack();
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data)
    {
        await (await ConnectedAsync()).WriteAsync(data);
        Sent += data.Length;
    }

    public async ValueTask EndAsync()
    {
        try
        {
            await (await ConnectedAsync()).EndAsync();
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            // It only wakes who reads to its end; that it is the end, and how much came before, the stream has said.
        }
    }

    /// <summary>Whatever waits on it fails.</summary>
    public void Abort()
    {
        _told.TrySetResult();
        _ = AbortAsync();
    }

    /// <summary>Once nobody reads or writes.</summary>
    /// <param name="isWhole">Whether all of both sides passed: then the other side's end is waited for, for what is closed with something unread takes along what was sent.</param>
    /// <param name="time">For how long.</param>
    public async ValueTask DisposeAsync(bool isWhole, TimeProvider time)
    {
        GiveBack();
        if (await opening is not { } connection) return;
        if (isWhole) await FinishAsync(connection, time);
        await connection.DisposeAsync();
    }

    private static async Task FinishAsync(DataConnection connection, TimeProvider time)
    {
        try
        {
            var last = connection.ReadAsync(new byte[1]).AsTask();
            if (await Task.WhenAny(last, Task.Delay(TunnelLeg.LastWord, time)) != last) connection.Abort();
            await last;
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            // Then it is broken off.
        }
    }

    private async Task AbortAsync()
    {
        if (await opening is { } connection) connection.Abort();
    }

    private async ValueTask<DataConnection> ConnectedAsync() => await opening ?? throw new IOException("there is no connection for data");

    private void GiveBack()
    {
        if (_buffer is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        (_buffer, _arrived) = (null, default);
    }
}
