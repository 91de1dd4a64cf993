namespace Doorward.Gateway.Tests.Running;

/// <summary>So many zeros.</summary>
internal class ZeroStream(long size) : Stream
{
    private long _left = size;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await PauseAsync(cancellationToken);
        var count = (int)Math.Min(_left, buffer.Length);
        buffer.Span[..count].Clear();
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected virtual Task PauseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>An upload that goes on, a little at a time.</summary>
internal sealed class EndlessStream() : ZeroStream(long.MaxValue)
{
    protected override Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
}
