using System.Net;
using System.Net.Sockets;

namespace Doorward.Gateway.Forwarding;

/// <summary>An upstream's address that the rules refuse.</summary>
internal sealed class RefusedAddressException(string what) : IOException($"The upstream's address is refused: it is {what}.");

/// <summary>Resolves and connects for upstreams, and checks every address in between.</summary>
internal sealed class UpstreamDialer(AddressRules rules, bool allowSpecial)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var addresses = await ResolveAsync(endpoint.Host, cancellationToken);
        Exception? last = null;
        foreach (var address in addresses)
        {
            var target = new IPEndPoint(address, endpoint.Port);
            if (rules.Refuse(target, allowSpecial) is { } what)
            {
                last = new RefusedAddressException(what);
                continue;
            }

            try
            {
                return await DialAsync(target, cancellationToken);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<NetworkStream> DialAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // RFC 6761 section 6.3: these names are loopback whatever a resolver says; libc does not know that of *.localhost.
    private static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.IPv6Loopback])
            : Dns.GetHostAddressesAsync(host, cancellationToken);
}
