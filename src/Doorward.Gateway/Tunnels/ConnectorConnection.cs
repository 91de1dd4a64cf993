using System.Buffers;
using System.IO.Pipelines;
using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Tunnels;

/// <summary>A replica's stream as a connection to an upstream. Only asynchronous use, one reader and one writer at a time.</summary>
internal sealed class ConnectorConnection(FarStream far, TimeProvider clock) : Stream
{
    private readonly Lock _gate = new();
    private readonly TunnelLeg _frames = far.FollowRequests(clock);
    private bool _isOver;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Whoever stops waiting gives the connection up: a read that was left cannot be taken up again.
        await using var given = cancellationToken.UnsafeRegister(static far => ((FarStream)far!).Reset(), far);

        try
        {
            // Asked for nothing, a reader wants to know when there is something.
            return Take(await _frames.ReadAsync(), buffer.Span);
        }
        catch (TunnelOverException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var given = cancellationToken.UnsafeRegister(static far => ((FarStream)far!).Reset(), far);
        try
        {
            await _frames.SendAsync(buffer);
        }
        catch (TunnelOverException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
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
        await EndAsync();
        await base.DisposeAsync();
    }

    // Also by DisposeAsync of the base.
    protected override void Dispose(bool disposing)
    {
        if (disposing) _ = EndAsync();
        base.Dispose(disposing);
    }

    private async Task EndAsync()
    {
        lock (_gate)
        {
            if (_isOver) return;
            _isOver = true;
        }

        await _frames.CloseAsync(new TunnelClose(TunnelCloseCodes.Gone, "the request is over"));
        far.Reset();
        await _frames.DisposeAsync();
        far.Release();
    }

    // Whoever ends this while another thread reads gives the memory back that this copies from: it would be another's bytes.
    private int Take(ReadResult result, Span<byte> buffer)
    {
        lock (_gate)
        {
            if (_isOver) throw new IOException("The connection was given up.");
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
            part.CopyTo(buffer);

            // A sequence that was given back has another length.
            var length = (int)part.Length;
            _frames.Consume(part.End);
            return length;
        }
    }
}
