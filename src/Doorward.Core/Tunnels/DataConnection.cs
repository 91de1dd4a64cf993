using System.Net.Security;
using System.Net.Sockets;

namespace Doorward.Core.Tunnels;

/// <summary>Dials a data connection and presents the ticket; null where that comes to nothing. Throws nothing.</summary>
public delegate Task<DataConnection?> DataDial(ReadOnlyMemory<byte> ticket, CancellationToken ct);

/// <summary>
/// A TLS connection that carries one tunnel's data and nothing else, raw (or a socket to whoever has one): the frames and the connection that many share cost more than the
/// encryption once much passes. What is said about the tunnel stays on its stream. One reader and one writer at a time.
/// </summary>
public sealed class DataConnection : IAsyncDisposable
{
    /// <summary>What is read or written in one piece.</summary>
    public const int BlockBytes = 256 * 1024;

    /// <summary>What the client says first, and all it says: for which tunnel this is. A ticket is good once, for some seconds.</summary>
    public const int TicketBytes = 32;

    /// <summary>A tunnel of which so much has passed, both ways together, is worth one.</summary>
    public const int WorthBytes = 4 * 1024 * 1024;

    /// <summary>A request header by which who asks for a stream says that it can dial one.</summary>
    public const string Header = "Doorward-Tunnel-Data";

    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _stream;
    private readonly Func<ValueTask> _end;
    private readonly Action _abort;

    private DataConnection(Stream stream, Func<ValueTask> end, Action abort) => (_stream, _end, _abort) = (stream, end, abort);

    /// <summary>By this the handshake tells it from HTTP.</summary>
    public static SslApplicationProtocol Protocol { get; } = new("doorward-tunnel-data/1");

    /// <summary>Completes when nothing uses it any more.</summary>
    public Task Disposed => _disposed.Task;

    /// <param name="tls">After the handshake; disposed by this.</param>
    /// <param name="abort">Breaks the connection off at once; from any thread, more than once too.</param>
    public static DataConnection Over(SslStream tls, Action abort) => new(tls, async () => await tls.ShutdownAsync(), abort);

    /// <param name="socket">Disposed by this.</param>
    public static DataConnection Over(Socket socket)
    {
        var end = new SocketLocal(socket);
        return new DataConnection(
            new NetworkStream(socket, ownsSocket: true),
            () =>
            {
                end.Finish();
                return default;
            },
            end.Reset);
    }

    /// <summary>Waits until something is there, or the end.</summary>
    public async ValueTask ReadableAsync() => _ = await _stream.ReadAsync(Memory<byte>.Empty);

    /// <summary>0 at the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer) => _stream.ReadAsync(buffer);

    /// <summary>It is on its way when this is done.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data)
    {
        await _stream.WriteAsync(data);
        await _stream.FlushAsync();
    }

    /// <summary>Nothing more is written; reading goes on.</summary>
    public async ValueTask EndAsync()
    {
        await _end();
        await _stream.FlushAsync();
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
