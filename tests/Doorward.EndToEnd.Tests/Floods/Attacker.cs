using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Floods;

/// <summary>Opens many connections to a running product, and sends on each what a decent client would not.</summary>
internal sealed class Attacker(ProductProcess product) : IDisposable
{
    private readonly X509Certificate2 _authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(product.Data, "ca.pem"));
    private readonly List<Stream> _open = [];

    public static string Host(string label) => $"{label}.{ProductProcess.Domain}";

    /// <summary>One more connection, kept until <see cref="LetGo"/>. That the product ends it meanwhile is its good right.</summary>
    public async Task SendAsync(string label, SslApplicationProtocol protocol, params byte[][] messages)
    {
        var stream = await ConnectAsync(label, protocol);
        if (stream is null) return;
        _open.Add(stream);
        try
        {
            foreach (var message in messages) await stream.WriteAsync(message).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // Pushed out, or no longer read from.
        }
    }

    public void LetGo()
    {
        foreach (var stream in _open) stream.Dispose();
        _open.Clear();
    }

    public void Dispose()
    {
        LetGo();
        _authority.Dispose();
    }

    private async Task<Stream?> ConnectAsync(string label, SslApplicationProtocol protocol)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, product.Port);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = Host(label),
                ApplicationProtocols = [protocol],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { _authority },
                },
            });
            return tls;
        }
        catch (IOException)
        {
            await tls.DisposeAsync();
            return null;
        }
    }
}
