using System.Buffers;
using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Tunnels;

/// <summary>A replica's stream as a connection to an upstream. Only asynchronous use, one reader and one writer at a time.</summary>
internal sealed class ConnectorConnection(FarStream far, TimeProvider clock) : Stream
{
    private readonly TunnelLeg _frames = far.Follow(clock);
    private int _isDisposed;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Whoever stops waiting gives the connection up: a read that was left cannot be taken up again.
        await using var given = cancellationToken.UnsafeRegister(static far => ((FarStream)far!).Reset(), far);

        // Asked for nothing, a reader wants to know when there is something.
        var result = await _frames.ReadAsync();
        var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        part.CopyTo(buffer.Span);
        _frames.Consume(part.End);
        return (int)part.Length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var given = cancellationToken.UnsafeRegister(static far => ((FarStream)far!).Reset(), far);
        await _frames.SendAsync(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Every write is flushed.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _frames.CloseAsync(new TunnelClose(TunnelCloseCodes.Gone, "the request is over"));
        far.Reset();
        await _frames.DisposeAsync();
        far.Release();

        // Comes back here by way of Dispose: only once, therefore.
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _ = DisposeAsync().AsTask();
        base.Dispose(disposing);
    }
}
