using System.Net;
using System.Net.Sockets;

namespace Doorward.Agent.Asking;

/// <summary>
/// Listens to this machine's browsers, on loopback and nowhere else, on the first of a few ports that is free. So many connections at a time,
/// each with one request, and little time to send it.
/// </summary>
internal sealed class PageListener(IReadOnlyList<int> ports, TimeProvider time, TextWriter log)
{
    private const int MostConnections = 32;
    private static readonly TimeSpan s_reading = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_answering = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(30);
    private int _connections;

    /// <param name="open">Makes what answers on a port.</param>
    /// <param name="ct">Ends it.</param>
    public async Task RunAsync(Func<int, PageDesk> open, CancellationToken ct)
    {
        var isSaid = false;
        while (!ct.IsCancellationRequested)
        {
            using var socket = Bind(out var port);
            if (socket is not null)
            {
                await AcceptAsync(socket, open(port), ct);
            }
            else if (!isSaid)
            {
                isSaid = true;
                await log.WriteLineAsync($"pages cannot ask this agent: all its ports ({string.Join(", ", ports)}) are in use");
                await log.FlushAsync(ct);
            }

            await Task.Delay(s_again, time, ct);
        }
    }

    private Socket? Bind(out int port)
    {
        foreach (var candidate in ports)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, candidate));
                socket.Listen(MostConnections);
                port = ((IPEndPoint)socket.LocalEndPoint!).Port;
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }

        port = 0;
        return null;
    }

    private async Task AcceptAsync(Socket socket, PageDesk desk, CancellationToken ct)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await socket.AcceptAsync(ct);
            }
            catch (SocketException)
            {
                // The network stack was reset, or no descriptor is left: it is begun anew.
                return;
            }

            if (Interlocked.Increment(ref _connections) > MostConnections)
            {
                Interlocked.Decrement(ref _connections);
                client.Dispose();
                continue;
            }

            _ = ServeAsync(client, desk, ct);
        }
    }

    private async Task ServeAsync(Socket client, PageDesk desk, CancellationToken ct)
    {
        try
        {
            using var reading = new CancellationTokenSource(s_reading, time);
            using var answering = new CancellationTokenSource(s_answering, time);
            using var read = CancellationTokenSource.CreateLinkedTokenSource(reading.Token, ct);
            using var answer = CancellationTokenSource.CreateLinkedTokenSource(answering.Token, ct);
            await using var stream = new NetworkStream(client, ownsSocket: true);
            await desk.AnswerAsync(new PageStream(stream), read.Token, answer.Token);

            // What came and is not read would become a reset, and the answer would be lost with it.
            client.Shutdown(SocketShutdown.Send);
            var rest = new byte[1024];
            while (await stream.ReadAsync(rest, read.Token) > 0)
            {
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // Whoever asked is gone, or too slow; it is theirs to ask again.
        }
        finally
        {
            client.Dispose();
            Interlocked.Decrement(ref _connections);
        }
    }
}
