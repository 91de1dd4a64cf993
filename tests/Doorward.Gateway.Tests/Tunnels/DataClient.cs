using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Dials data connections as agents do, or as they should not.</summary>
internal sealed class DataClient(DecidingGateway gateway, X509Certificate2? certificate = null)
{
    /// <summary>Those that were dialed for tunnels.</summary>
    public int Dialed => Volatile.Read(ref _dialed);

    private readonly ConcurrentBag<Socket> _sockets = [];
    private int _dialed;

    /// <summary>As a machine that loses its power, but for the gateway's noticing it.</summary>
    public void Kill()
    {
        foreach (var socket in _sockets) new SocketLocal(socket).Reset();
    }

    /// <summary>For a leg.</summary>
    public async Task<DataConnection?> DialAsync(ReadOnlyMemory<byte> ticket, CancellationToken ct)
    {
        var (tls, socket) = await ConnectAsync();
        await tls.WriteAsync(ticket, ct);
        Interlocked.Increment(ref _dialed);
        return DataConnection.Over(tls, new SocketLocal(socket).Reset);
    }

    /// <summary>After the handshake, before a word. Throws as that does.</summary>
    /// <param name="host">The name that is asked for.</param>
    /// <param name="protocol">Offered in the handshake.</param>
    public async Task<(SslStream Tls, Socket Socket)> ConnectAsync(string host = "agent.door.test", SslApplicationProtocol? protocol = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        _sockets.Add(socket);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ApplicationProtocols = [protocol ?? DataConnection.Protocol],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(gateway.CaFile) },
            },
        };
        if (certificate is not null) options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        await tls.AuthenticateAsClientAsync(options);
        return (tls, socket);
    }

    /// <summary>Says that much and waits for the end.</summary>
    public async Task EndsAsync(ReadOnlyMemory<byte> said)
    {
        var (tls, _) = await ConnectAsync();
        await using (tls)
        {
            try
            {
                await tls.WriteAsync(said);
            }
            catch (IOException)
            {
                // It was heard enough of it.
            }

            await EndsAsync(tls);
        }
    }

    public static async Task EndsAsync(SslStream tls)
    {
        try
        {
            Assert.Equal(0, await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        }
        catch (IOException)
        {
            // Broken off.
        }
    }
}
