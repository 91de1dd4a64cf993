using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Core.Applications;

namespace Doorward.Gateway.Tests.Running;

/// <summary>An application that answers every request with bytes that no server library would send.</summary>
internal sealed class RawUpstream : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly byte[] _answer;

    public RawUpstream(string answer)
    {
        _answer = Encoding.Latin1.GetBytes(answer);
        _listener.Start();
        _ = ServeAsync();
    }

    public ApplicationDefinition Application => new()
    {
        Name = "wiki",
        Hosts = ["wiki.test"],
        Upstreams = [new(new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"))],
    };

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _open) socket.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                _open.Add(socket);
                var buffer = new byte[16 * 1024];
                for (var read = 0; !Encoding.Latin1.GetString(buffer, 0, read).Contains("\r\n\r\n", StringComparison.Ordinal);)
                {
                    var count = await socket.ReceiveAsync(buffer.AsMemory(read));
                    if (count == 0) break;
                    read += count;
                }

                await socket.SendAsync(_answer);
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
