using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Agent.Control;

/// <summary>Connections to one installation: believed by its own root and by no other, straight, without a proxy.</summary>
internal static class PinnedTransport
{
    // Whoever is there takes a connection at once. One to whom everybody comes back at the same moment takes long over the handshake: who gave up
    // early would only make it begin again.
    private static readonly TimeSpan DialPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    /// <param name="root">Null to believe whoever answers; then nothing secret may be said.</param>
    /// <param name="connect">Where to connect to, whatever names resolve to.</param>
    /// <param name="own">What is shown when a certificate is asked for.</param>
    public static SocketsHttpHandler Create(X509Certificate2? root, DnsEndPoint? connect, X509Certificate2? own = null)
    {
        var handler = CreateForSystem(connect, own);
        if (root is null)
        {
#pragma warning disable CA5359 // the fingerprint of what is read is compared with the link's
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                // One of its own: callers dispose theirs, and connections are made for as long as this is used.
                CustomTrustStore = { X509CertificateLoader.LoadCertificate(root.RawData) },
            };
        }

        return handler;
    }

    /// <summary>To an installation whose certificates this system believes.</summary>
    public static SocketsHttpHandler CreateForSystem(DnsEndPoint? connect, X509Certificate2? own = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectPatience,
            PooledConnectionLifetime = TimeSpan.FromHours(1),
        };
        if (own is not null)
        {
            handler.SslOptions.ClientCertificates = [own];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        DialWithin(handler, connect, DialPatience);
        return handler;
    }

    /// <summary>How long until the connection itself stands, of the time that it and its handshake have together.</summary>
    internal static void DialWithin(SocketsHttpHandler handler, DnsEndPoint? connect, TimeSpan patience) => handler.ConnectCallback = async (context, ct) =>
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(patience);
        try
        {
            return await DialAsync(connect ?? context.DnsEndPoint, late.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("it does not answer");
        }
    };

    /// <summary>Reads <c>HOST:PORT</c>; null when it is not that.</summary>
    public static DnsEndPoint? ParseEndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text[(colon + 1)..], out var port) && port != 0 ? new DnsEndPoint(text[..colon].Trim('[', ']'), port) : null;
    }

    internal static async ValueTask<NetworkStream> DialAsync(DnsEndPoint target, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
