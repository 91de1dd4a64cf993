using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Control.Certificates;

/// <summary>One root: its certificate and its key, an ECDSA key on P-256.</summary>
internal sealed class CertificateAuthority(X509Certificate2 certificate, ECDsa key) : IDisposable
{
    // Clocks differ: a certificate is good from an hour before it was made.
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    public X509Certificate2 Certificate => certificate;

    /// <summary>Signs a leaf for a key that its holder has proved to have.</summary>
    public X509Certificate2 Issue(PublicKey publicKey, LeafProfile profile, DateTimeOffset now)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={profile.CommonName}"), publicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(profile.Names);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. profile.Usages.Select(usage => new Oid(usage))], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(publicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        var notBefore = Later(now - Skew, certificate.NotBefore);
        var notAfter = Earlier(now + profile.Lifetime, certificate.NotAfter);
        return request.Create(certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), notBefore, notAfter, SerialNumber());
    }

    /// <summary>ECDSA with SHA-256, DER. What is signed begins with words that no certificate begins with.</summary>
    public byte[] Sign(byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Makes a root for ten years that signs leaves only.</summary>
    public static CertificateAuthority Create(string commonName, X509Extension? constraint, DateTimeOffset now)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (constraint is not null)
        {
            request.CertificateExtensions.Add(constraint);
        }

        using var signed = request.CreateSelfSigned(now - Skew, now.AddYears(10));
        return new CertificateAuthority(X509CertificateLoader.LoadCertificate(signed.RawDataMemory.Span), key);
    }

    public string ExportKeyPem() => key.ExportPkcs8PrivateKeyPem();

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
    }

    // RFC 5280 section 4.1.2.2: positive, at most 20 octets, unpredictable.
    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTime other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTime other) => one < other ? one : other;
}

/// <summary>What a leaf is for.</summary>
internal sealed record LeafProfile(string CommonName, X509Extension Names, IReadOnlyList<string> Usages, TimeSpan Lifetime)
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
}
