using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Cli.Bench;

/// <summary>Dials one listener whatever the host is called, and trusts the installation's own authority and nothing else.</summary>
internal sealed class Dialer(IPEndPoint listener, X509Certificate2Collection trusted)
{
    public SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        ConnectCallback = async (_, cancel) => await DialAsync(cancel),
        SslOptions = { CertificateChainPolicy = Policy() },
    };

    /// <summary>A TLS connection for HTTP/1.1, to see what a pooled client hides: when an idle one ends.</summary>
    public async Task<Stream> DialTlsAsync(string host, CancellationToken cancel)
    {
        var tls = new SslStream(await DialAsync(cancel));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                CertificateChainPolicy = Policy(),
            }, cancel);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private async Task<NetworkStream> DialAsync(CancellationToken cancel)
    {
        var socket = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(listener, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        return policy;
    }
}
