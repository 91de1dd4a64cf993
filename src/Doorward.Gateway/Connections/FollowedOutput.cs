using System.IO.Pipelines;

namespace Doorward.Gateway.Connections;

/// <summary>What leaves an HTTP/2 connection, on its way into TLS: the frames go through as they are, and the ends of streams are seen.</summary>
internal sealed class FollowedOutput(PipeWriter inner, UnsentAnswers unsent) : PipeWriter
{
    private StreamEndFollower _frames;
    private Memory<byte> _room;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _room = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        Follow(_room.Span[..bytes]);
        _room = _room[bytes..]; // a writer may go on in the same memory
        inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Follow(source.Span);
        return inner.WriteAsync(source, cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_frames.Advance(bytes, out var ended)..];
            if (ended != 0) unsent.Sent(ended);
        }
    }
}
