using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Testing.ControlPlane;

/// <summary>A certificate authority of a test's own, for component identities and for hosts.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly DateTimeOffset _from;

    public TestAuthority(string name, DateTimeOffset now)
    {
        _from = now.AddDays(-1);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(_from, _from.AddYears(10));
    }

    public X509Certificate2 Certificate => _authority;

    /// <summary>Lives are counted from here.</summary>
    public DateTimeOffset Founded => _from.AddDays(1);

    public string Pem => _authority.ExportCertificatePem();

    /// <summary>A component's certificate: the id is a URI, and it may be either end.</summary>
    public X509Certificate2 IssueComponent(string id, PublicKey key, TimeSpan life)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id));
        return Issue("CN=component", key, names, Founded + life);
    }

    public X509Certificate2 IssueHost(string host, PublicKey key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        return Issue($"CN={host}", key, names, _from.AddYears(5));
    }

    /// <summary>With its key, as a server needs it.</summary>
    public X509Certificate2 IssueComponentWithKey(string id, TimeSpan? life = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = IssueComponent(id, new PublicKey(key), life ?? TimeSpan.FromDays(365));
        return bare.CopyWithPrivateKey(key);
    }

    public bool Signed(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate);
    }

    public void Dispose() => _authority.Dispose();

    private X509Certificate2 Issue(string subject, PublicKey key, SubjectAlternativeNameBuilder names, DateTimeOffset until)
    {
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        return request.Create(_authority, _from, until, RandomNumberGenerator.GetBytes(16));
    }
}
