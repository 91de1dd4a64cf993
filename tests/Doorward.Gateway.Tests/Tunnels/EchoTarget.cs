using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Something that listens where only a connector reaches it: says back what it hears, and ends when it has heard the end.</summary>
internal sealed class EchoTarget : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentStack<Socket> _sockets = new();
    private int _open;
    private int _resets;

    public EchoTarget()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Open => Volatile.Read(ref _open);

    /// <summary>How many connections were reset rather than ended.</summary>
    public int Resets => Volatile.Read(ref _resets);

    /// <summary>Whether it speaks without end, and does not listen, on connections that come from now on.</summary>
    public bool IsEndless { get; set; }

    /// <summary>Resets the connection that came last.</summary>
    public void Break()
    {
        if (_sockets.TryPeek(out var socket)) socket.Close(0);
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                _sockets.Push(socket);
                _ = EchoAsync(socket);
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            if (IsEndless) await SpeakAsync(stream);
            else await stream.CopyToAsync(stream);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _resets);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private static async Task SpeakAsync(NetworkStream stream)
    {
        var block = new byte[64 * 1024];
        Array.Fill(block, (byte)'x');
        while (true) await stream.WriteAsync(block);
    }
}
