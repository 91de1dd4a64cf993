using System.Net.Security;
using System.Net.Sockets;

namespace Doorward.Core.Tunnels;

/// <summary>Dials a data connection and presents the ticket; null where that comes to nothing. Throws nothing.</summary>
public delegate Task<DataConnection?> DataDial(ReadOnlyMemory<byte> ticket, CancellationToken ct);

/// <summary>
/// A TLS connection that carries one tunnel's data and nothing else, raw; or a socket to whoever has one. Frames, and a connection that many share,
/// cost more than the encryption once much passes. What is said about the tunnel stays on its stream. One reader and one writer at a time.
/// </summary>
public sealed class DataConnection : IAsyncDisposable
{
    /// <summary>What is read or written in one piece.</summary>
    public const int BlockBytes = 128 * 1024;

    /// <summary>What the client says first, and all it says: for which tunnel this is. A ticket is good once, for some seconds.</summary>
    public const int TicketBytes = 32;

    /// <summary>A tunnel of which so much has passed, both ways together, is worth one.</summary>
    public const int WorthBytes = 4 * 1024 * 1024;

    /// <summary>A request header by which who asks for a stream says that it can dial one.</summary>
    public const string Header = "Doorward-Tunnel-Data";

    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _stream;
    private readonly Func<Task> _end;
    private readonly Action _abort;

    private DataConnection(Stream stream, Func<Task> end, Action abort) => (_stream, _end, _abort) = (stream, end, abort);

    /// <summary>By this the handshake tells it from HTTP.</summary>
    public static SslApplicationProtocol Protocol { get; } = new("doorward-tunnel-data/1");

    /// <summary>Completes when nothing uses it any more.</summary>
    public Task Disposed => _disposed.Task;

    /// <param name="tls">After the handshake; disposed by this.</param>
    /// <param name="abort">Breaks the connection off at once; from any thread, more than once too.</param>
    public static DataConnection Over(SslStream tls, Action abort) => new(tls, tls.ShutdownAsync, abort);

    /// <param name="socket">Disposed by this.</param>
    public static DataConnection Over(Socket socket)
    {
        var end = new SocketLocal(socket);
        return new DataConnection(
            new NetworkStream(socket, ownsSocket: true),
            () =>
            {
                end.Finish();
                return Task.CompletedTask;
            },
            end.Reset);
    }

    /// <summary>Waits until something is there, or the end. May be given up, and begun again.</summary>
    public async ValueTask ReadableAsync(CancellationToken ct) => _ = await _stream.ReadAsync(Memory<byte>.Empty, ct);

    /// <summary>0 at the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => _stream.ReadAsync(buffer, ct);

    /// <summary>It is on its way when this is done.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data)
    {
        await _stream.WriteAsync(data);
        await _stream.FlushAsync();
    }

    /// <summary>
    /// Of what all passed: this side is through, and waits for the other to be, for so long. What is closed with something unread in it takes
    /// along what was sent; after that time the system goes on delivering that. Not while somebody reads: <see cref="SslStream"/> says its end
    /// without the lock that reading and writing share.
    /// </summary>
    public async ValueTask PartAsync(TimeSpan patience, TimeProvider time)
    {
        using var late = new CancellationTokenSource(patience, time);
        try
        {
            await _end().WaitAsync(late.Token);
            _ = await _stream.ReadAsync(new byte[1], late.Token);
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            // It is reading what was sent last, or gone.
        }
    }

    public void Abort()
    {
        if (!_disposed.Task.IsCompleted) _abort();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        finally
        {
            _disposed.TrySetResult();
        }
    }
}
