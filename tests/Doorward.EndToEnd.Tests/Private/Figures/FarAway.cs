using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Doorward.EndToEnd.Tests.Namespaces;

namespace Doorward.EndToEnd.Tests.Private.Figures;

/// <summary>
/// A port as if it were far away: what is sent through it arrives that much later, each way. A connection itself is made at once, so that its
/// round trip is to be added.
/// </summary>
internal sealed class FarAway : IDisposable
{
    private readonly TcpListener _listener = Relay.Listen(0);
    private readonly int _onwards;
    private readonly TimeSpan _oneWay;

    public FarAway(int onwards, TimeSpan oneWay)
    {
        (_onwards, _oneWay) = (onwards, oneWay);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // It is put away.
        }
    }

    private async Task ServeAsync(Socket near)
    {
        using (near)
        using (var far = Relay.NewSocket())
        {
            near.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, _onwards);
            await Task.WhenAny(PassAsync(near, far), PassAsync(far, near));
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var onTheWay = Channel.CreateUnbounded<(long Sent, byte[] Bytes)>();
        var arriving = ArriveAsync(onTheWay.Reader, to);
        try
        {
            var part = new byte[64 * 1024];
            for (int read; (read = await from.ReceiveAsync(part)) > 0;) onTheWay.Writer.TryWrite((TimeProvider.System.GetTimestamp(), part[..read]));
        }
        catch (SocketException)
        {
            // Broken off.
        }

        onTheWay.Writer.Complete();
        await arriving;
    }

    private async Task ArriveAsync(ChannelReader<(long Sent, byte[] Bytes)> onTheWay, Socket to)
    {
        try
        {
            await foreach (var (sent, bytes) in onTheWay.ReadAllAsync())
            {
                if (_oneWay - TimeProvider.System.GetElapsedTime(sent) is { Ticks: > 0 } left) await Task.Delay(left, TimeProvider.System);
                for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;) rest = rest[await to.SendAsync(rest)..];
            }
        }
        catch (SocketException)
        {
            // Broken off.
        }
    }
}
