using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Tls;

/// <summary>What is accepted in a handshake with clients.</summary>
internal sealed record TlsPolicy
{
    // RFC 7525 section 4.2, the AEAD suites with forward secrecy, and TLS 1.3's own.
    private static readonly TlsCipherSuite[] s_authenticated =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>The one host that asks for a client certificate; browsers are never asked.</summary>
    public required string ClientCertificateHost { get; init; }

    /// <summary>Judges a client certificate, null when none was shown. Without this every client is refused.</summary>
    public RemoteCertificateValidationCallback? ClientCertificate { get; init; }

    /// <summary>Also TLS 1.2, with authenticated encryption only. Costs session resumption: a suite policy switches it off.</summary>
    public bool AllowTls12 { get; init; }

    internal SslServerAuthenticationOptions ToOptions(SslStreamCertificateContext certificate, bool asksForCertificate)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = asksForCertificate ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, DataConnection.Protocol] : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
            ClientCertificateRequired = asksForCertificate,
            RemoteCertificateValidationCallback = asksForCertificate ? ClientCertificate ?? RefuseAll : null,
        };

        // Windows chooses suites for the whole machine: there TLS 1.2 stays off rather than come with CBC.
        if (AllowTls12 && !OperatingSystem.IsWindows())
        {
            options.EnabledSslProtocols |= SslProtocols.Tls12;
            options.CipherSuitesPolicy = new CipherSuitesPolicy(s_authenticated);
        }

        return options;
    }

    private static bool RefuseAll(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => false;
}
