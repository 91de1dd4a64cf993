using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Tunnels;

namespace Doorward.Testing.Tunnels;

/// <summary>Two sides of one TLS connection over loopback.</summary>
public sealed class TlsPair
{
    private static readonly X509Certificate2 Certificate = Certify();
    private readonly Socket _dialedSocket;
    private readonly Socket _acceptedSocket;

    private TlsPair(SslStream dialed, Socket dialedSocket, SslStream accepted, Socket acceptedSocket) =>
        (Dialed, _dialedSocket, Accepted, _acceptedSocket) = (dialed, dialedSocket, accepted, acceptedSocket);

    public SslStream Dialed { get; }

    public SslStream Accepted { get; }

    public DataConnection DialedConnection => DataConnection.Over(Dialed, new SocketLocal(_dialedSocket).Reset);

    public DataConnection AcceptedConnection => DataConnection.Over(Accepted, new SocketLocal(_acceptedSocket).Reset);

    /// <param name="buffers">Of the system, each way; 0 as it likes.</param>
    public static async Task<TlsPair> OpenAsync(int buffers = 0)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var dialing = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (buffers > 0) (listener.ReceiveBufferSize, listener.SendBufferSize, dialing.ReceiveBufferSize, dialing.SendBufferSize) = (buffers, buffers, buffers, buffers);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        await dialing.ConnectAsync(listener.LocalEndPoint!);
        var accepting = await listener.AcceptAsync();
        accepting.NoDelay = true;
        var (dialed, accepted) = (new SslStream(new NetworkStream(dialing, ownsSocket: true)), new SslStream(new NetworkStream(accepting, ownsSocket: true)));
        await Task.WhenAll(
            dialed.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "agent.test",
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { Certificate } },
            }),
            accepted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }));
        return new TlsPair(dialed, dialing, accepted, accepting);
    }

    /// <summary>The dialed side breaks off.</summary>
    public void Break() => new SocketLocal(_dialedSocket).Reset();

    private static X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=agent.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("agent.test");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
