using System.Buffers;

namespace Doorward.Core.Tunnels;

/// <summary>
/// Of a leg that has a <see cref="DataConnection"/>, or is getting one: what passes there. How much that is in all, its stream says; what the
/// connection itself says of its end, anybody on the way could.
/// </summary>
/// <param name="opening">Null when it comes to nothing.</param>
/// <param name="time">For how long is waited.</param>
internal sealed class TunnelData(Task<DataConnection?> opening, TimeProvider time) : IAsyncDisposable
{
    private const long Unknown = long.MaxValue;

    // The connection has ended, and the word for it comes on another, where what others say may lie before it.
    private static readonly TimeSpan WordOfEnd = TimeSpan.FromSeconds(10);

    // The other side may be far away, or busy. Nothing waits for it.
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _whole = new();
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

    /// <summary>Whether the other side has said how much it sends.</summary>
    public bool IsTold => Volatile.Read(ref _expected) != Unknown;

    /// <summary>The other side sends so much in all. False when that cannot be, or was said before.</summary>
    public bool Expect(long bytes)
    {
        if (bytes == Unknown || bytes < Volatile.Read(ref _received) || Interlocked.CompareExchange(ref _expected, bytes, Unknown) != Unknown) return false;
        _told.TrySetResult();

        // Whoever waits for more would wait for as long as the other side likes.
        if (IsWhole) _ = _whole.CancelAsync();
        return true;
    }

    /// <summary>Some bytes, and how many of them are new; none at the end, which the other side has said. Throws <see cref="IOException"/> when it breaks off.</summary>
    public async ValueTask<(ReadOnlyMemory<byte> Arrived, int New)> ReadAsync()
    {
        if (!_arrived.IsEmpty) return (_arrived, 0);
        if (IsWhole) return default;
        var read = 0;
        try
        {
            var connection = await ConnectedAsync();
            await connection.ReadableAsync(_whole.Token);
            _buffer ??= ArrayPool<byte>.Shared.Rent(DataConnection.BlockBytes);
            read = await connection.ReadAsync(_buffer, _whole.Token);
        }
        catch (OperationCanceledException) when (IsWhole)
        {
            return default;
        }

        if (read == 0)
        {
            await _told.Task.WaitAsync(WordOfEnd, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    /// <summary>Whatever waits on it fails.</summary>
    public void Abort()
    {
        _told.TrySetResult();
        _ = AbortAsync();
    }

    /// <summary>All of both sides passed, and nobody reads or writes any more: what was sent last is to arrive.</summary>
    public async ValueTask PartAsync()
    {
        if (await opening is { } connection) await connection.PartAsync(Parting, time);
    }

    /// <summary>Once nobody reads or writes.</summary>
    public async ValueTask DisposeAsync()
    {
        // What nobody took is not given back: it would be another's while it is read here after all.
        (_buffer, _arrived) = (null, default);
        if (await opening is { } connection) await connection.DisposeAsync();
        _whole.Dispose();
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
