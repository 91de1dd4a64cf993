using System.Buffers.Binary;

namespace Doorward.Gateway.Connections;

/// <summary>
/// The client's side of a WebSocket, between the copying loops and Kestrel. It lets bytes through as they are, and can end the
/// connection in words: a close frame with code 1008 and the reason, at a frame boundary, then a moment for the peer's own close.
/// A peer that does not read never lets a boundary come: it is reset.
/// </summary>
internal sealed class CuttableWebSocket(Stream inner, LiveConnection connection, TimeProvider time) : Stream, IEndsInWords
{
    /// <summary>How long a cut waits for the peer before it resets.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    // RFC 6455 section 7.4.1: policy violation.
    private const ushort PolicyViolation = 1008;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _peerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameFollower _down;
    private FrameFollower _up;
    private byte[]? _closeText;
    private bool _closeWritten;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private bool IsCutting => Volatile.Read(ref _closeText) is not null;

    /// <summary>Starts the close and returns at once.</summary>
    public void BeginClose(CutReason reason)
    {
        Volatile.Write(ref _closeText, reason.ToCloseText());
        _ = Task.Run(CloseAsync);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (IsCutting)
            {
                await FinishFrameAsync(buffer, cancellationToken);
                return;
            }

            _down.Advance(buffer.Span);
            await inner.WriteAsync(buffer, cancellationToken);
            connection.CountOut(buffer.Length);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            connection.CountIn(count);
            _up.Advance(buffer.Span[..count]);
            if (!IsCutting) return count;

            // What the peer still says after the cut goes nowhere; only its close, or its end, is waited for.
            if (count == 0 || _up.Closed)
            {
                _peerClosed.TrySetResult();
                return 0;
            }
        }
    }

    private async Task CloseAsync()
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            await _writing.WaitAsync(deadline.Token);
            try
            {
                if (_down.AtBoundary) await WriteCloseAsync(deadline.Token);
            }
            finally
            {
                _writing.Release();
            }

            await _peerClosed.Task.WaitAsync(deadline.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Too slow, or gone already.
            connection.Reset();
        }

        connection.EndCopying();
    }

    // The frame under way is finished, the rest of what the upstream says is dropped.
    private async ValueTask FinishFrameAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_down.AtBoundary)
        {
            var rest = _down.AdvanceFrame(buffer.Span);
            await inner.WriteAsync(buffer[..rest], cancellationToken);
            connection.CountOut(rest);
        }

        if (_down.AtBoundary) await WriteCloseAsync(cancellationToken);
    }

    private async ValueTask WriteCloseAsync(CancellationToken cancellationToken)
    {
        if (_closeWritten || _down.Closed) return;
        _closeWritten = true;
        var text = _closeText!;
        var frame = new byte[4 + text.Length];
        frame[0] = 0x88;
        frame[1] = (byte)(2 + text.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), PolicyViolation);
        text.CopyTo(frame, 4);
        await inner.WriteAsync(frame, cancellationToken);
        await inner.FlushAsync(cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _peerClosed.TrySetResult();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
