using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Doorward.Core.Upstreams;

/// <summary>An upstream's address that the rules refuse.</summary>
public sealed class RefusedAddressException(string what) : IOException($"The upstream's address is refused: it is {what}.");

/// <summary>
/// Connects for one upstream. TLS is made here as well, because the handler would check the certificate against the Host header, which
/// the client chose.
/// </summary>
/// <param name="reach">How a connection to it comes about.</param>
/// <param name="tls">For an https upstream: whom to believe, and by what name.</param>
public sealed class UpstreamDialer(Func<DnsEndPoint, CancellationToken, Task<Stream>> reach, SslClientAuthenticationOptions tls)
{
    /// <summary>Resolves the name here, and checks every address before it is dialled.</summary>
    /// <param name="rules">Which addresses may be dialled.</param>
    /// <param name="allowSpecial">Whether this application may have special addresses.</param>
    public UpstreamDialer(AddressRules rules, bool allowSpecial, SslClientAuthenticationOptions tls)
        : this((endpoint, ct) => DialAsync(rules, allowSpecial, endpoint, ct), tls)
    {
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var request = context.InitialRequestMessage;
        var stream = await reach(context.DnsEndPoint, cancellationToken);
        return request.RequestUri?.Scheme is "https" or "wss" ? await SecureAsync(stream, request, cancellationToken) : stream;
    }

    private async Task<SslStream> SecureAsync(Stream stream, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(For(request), cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions For(HttpRequestMessage request) => new()
    {
        TargetHost = tls.TargetHost,
        ClientCertificateContext = tls.ClientCertificateContext,
        CertificateChainPolicy = tls.CertificateChainPolicy,
        RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
        ApplicationProtocols = request.Version.Major < 2 ? [SslApplicationProtocol.Http11]
            : request.VersionPolicy == HttpVersionPolicy.RequestVersionExact ? [SslApplicationProtocol.Http2]
            : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    private static async Task<Stream> DialAsync(AddressRules rules, bool allowSpecial, DnsEndPoint endpoint, CancellationToken cancellationToken)
    {
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
