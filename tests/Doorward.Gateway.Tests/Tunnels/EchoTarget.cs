using System.Net;
using System.Net.Sockets;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Something that listens where only a connector reaches it: says back what it hears, and ends when it has heard the end.</summary>
internal sealed class EchoTarget : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
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

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = EchoAsync(await _listener.AcceptSocketAsync());
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
            await stream.CopyToAsync(stream);
        }
        catch (IOException)
        {
            Interlocked.Increment(ref _resets);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
