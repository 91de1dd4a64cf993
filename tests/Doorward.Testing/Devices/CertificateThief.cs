using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Doorward.Testing.Devices;

/// <summary>A TLS 1.3 client of its own that shows any certificate in the handshake, and signs with whatever it has: the platform's refuse to.</summary>
public static class CertificateThief
{
    /// <summary>Signs as keys of another kind do.</summary>
    public const int Rsa = SignatureScheme.rsa_pss_rsae_sha256;

    /// <summary>The answer's first line; null when the handshake was refused.</summary>
    public static async Task<string?> AskAsync(int port, string host, byte[]? certificate, Func<byte[], byte[]> sign, int scheme = SignatureScheme.ecdsa_secp256r1_sha256)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        socket.ReceiveTimeout = 30_000;
        return await Task.Run(() => Ask(socket.GetStream(), new Client(host, certificate, sign, scheme)));
    }

    public static Func<byte[], byte[]> With(ECDsa key) => hash => key.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);

    // In TLS 1.3 a client learns that it was refused when it reads, or when what it writes finds nobody any more.
    private static string? Ask(NetworkStream stream, Client client)
    {
        try
        {
            var tls = new TlsClientProtocol(stream);
            tls.Connect(client);
            tls.Stream.Write(Encoding.ASCII.GetBytes($"GET /v1/status HTTP/1.1\r\nHost: {client.Host}\r\nConnection: close\r\n\r\n"));
            using var reader = new StreamReader(tls.Stream);
            return reader.ReadLine();
        }
        catch (Exception refused) when (refused is TlsException or IOException { InnerException: SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset } })
        {
            return null;
        }
    }

    private sealed class Client(string host, byte[]? certificate, Func<byte[], byte[]> sign, int scheme) : DefaultTlsClient(new BcTlsCrypto(new SecureRandom()))
    {
        public string Host => host;

        public override TlsAuthentication GetAuthentication() => new Authentication(m_context, certificate, sign, scheme);

        protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.TLSv13.Only();

        protected override IList<ServerName> GetSniServerNames() => [new ServerName(NameType.host_name, Encoding.ASCII.GetBytes(host.Split(':')[0]))];
    }

    private sealed class Authentication(TlsContext context, byte[]? certificate, Func<byte[], byte[]> sign, int scheme) : TlsAuthentication
    {
        public void NotifyServerCertificate(TlsServerCertificate serverCertificate)
        {
            // A thief does not care whom it talks to.
        }

        public TlsCredentials? GetClientCredentials(CertificateRequest certificateRequest) => certificate is null
            ? null
            : new Signer(new Certificate(certificateRequest.GetCertificateRequestContext(), [new CertificateEntry(context.Crypto.CreateCertificate(certificate), null)]), sign, scheme);
    }

    private sealed class Signer(Certificate certificate, Func<byte[], byte[]> sign, int scheme) : TlsCredentialedSigner
    {
        public Certificate Certificate => certificate;

        public SignatureAndHashAlgorithm SignatureAndHashAlgorithm =>
            SignatureAndHashAlgorithm.GetInstance(SignatureScheme.GetHashAlgorithm(scheme), SignatureScheme.GetSignatureAlgorithm(scheme));

        public byte[] GenerateRawSignature(byte[] hash) => sign(hash);

        public TlsStreamSigner? GetStreamSigner() => null;
    }
}
