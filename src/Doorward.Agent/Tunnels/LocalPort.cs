using System.Net;
using System.Net.Sockets;

namespace Doorward.Agent.Tunnels;

/// <summary>
/// A port of this machine's loopback, of both families where there are two, and of nothing else. Each connection is served by itself, so
/// many at a time.
/// </summary>
internal sealed class LocalPort : IDisposable
{
    private const int Most = 512;
    private const int Backlog = 64;
    private readonly Socket[] _sockets;
    private int _open;

    private LocalPort(Socket[] sockets) => _sockets = sockets;

    public int Number => ((IPEndPoint)_sockets[0].LocalEndPoint!).Port;

    /// <summary>Throws <see cref="SocketException"/> when the port is another program's.</summary>
    public static LocalPort Open(int port)
    {
        var first = Listen(IPAddress.Loopback, port);
        try
        {
            return new LocalPort([first, Listen(IPAddress.IPv6Loopback, ((IPEndPoint)first.LocalEndPoint!).Port)]);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return new LocalPort([first]);
        }
        catch
        {
            // ::1 of the same port is another program's: whoever asks for localhost would reach it instead.
            first.Dispose();
            throw;
        }
    }

    /// <param name="serve">Serves one connection, which is disposed afterwards.</param>
    /// <param name="ct">Ends it.</param>
    public Task RunAsync(Func<Socket, Task> serve, CancellationToken ct) => Task.WhenAll(_sockets.Select(socket => AcceptAsync(socket, serve, ct)));

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(Socket socket, Func<Socket, Task> serve, CancellationToken ct)
    {
        while (true)
        {
            var client = await socket.AcceptAsync(ct);
            if (Interlocked.Increment(ref _open) > Most)
            {
                Interlocked.Decrement(ref _open);
                client.Dispose();
                continue;
            }

            client.NoDelay = true;
            _ = ServeAsync(client, serve);
        }
    }

    private async Task ServeAsync(Socket client, Func<Socket, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client);
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Whoever it was is gone.
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        }
    }
}
