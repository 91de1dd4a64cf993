using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Gateway.Tls;

/// <summary>
/// The certificate of connections that are for no host of ours: made here, signed by nobody, in nobody's name. It lets a handshake end so
/// that the answer can say what is wrong, tells a scanner no domain, and is no certificate that a browser would share between hosts.
/// </summary>
internal static class StrangerCertificate
{
    private const int Years = 10;

    public static SslStreamCertificateContext Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=No door of this name", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        return SslStreamCertificateContext.Create(request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years)), null, offline: true);
    }
}

/// <summary>Feature of a connection whose handshake named no host of ours. Whatever gets a door later, nothing is served on it.</summary>
internal sealed class StrangerHandshake
{
    public static StrangerHandshake Instance { get; } = new();
}
