using System.Net;
using System.Net.Sockets;

namespace Doorward.EndToEnd.Tests.Namespaces;

/// <summary>Passes on what comes to a listener, wherever that and the connections onwards are: the one way between this machine and a namespace.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly TcpListener _listener;
    private readonly Func<Socket> _make;
    private readonly IPEndPoint _onwards;
    private readonly Task _running;

    /// <param name="listener">Is listening, and disposed with this.</param>
    /// <param name="make">A socket for a connection onwards, in the namespace that it is to leave from.</param>
    /// <param name="onwards">Where to.</param>
    public Relay(TcpListener listener, Func<Socket> make, IPEndPoint onwards)
    {
        (_listener, _make, _onwards) = (listener, make, onwards);
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>On loopback, of wherever this is called.</summary>
    public static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _running;
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_ending.IsCancellationRequested) _ = PassOnAsync(await _listener.AcceptTcpClientAsync(_ending.Token), _ending.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is put away.
        }
    }

    private async Task PassOnAsync(TcpClient from, CancellationToken ct)
    {
        using (from)
        using (var to = new TcpClient { Client = _make() })
        {
            try
            {
                await to.ConnectAsync(_onwards, ct);
                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream(), ct), to.GetStream().CopyToAsync(from.GetStream(), ct));
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
            {
                // Either end went away.
            }
        }
    }
}
