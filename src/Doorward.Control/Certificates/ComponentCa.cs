using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;

namespace Doorward.Control.Certificates;

/// <summary>The root that names the parts of the product to one another by short-lived X.509-SVIDs.</summary>
internal sealed class ComponentCa : IDisposable
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private readonly CertificateAuthority _authority;
    private readonly TimeProvider _time;

    public ComponentCa(DataDirectory data, string trustDomain, TimeProvider time)
    {
        TrustDomain = trustDomain;
        _time = time;
        _authority = AuthorityFiles.LoadOrCreate(Path.Combine(data.Keys, "component-ca.key"), data.ComponentCa,
            () => CertificateAuthority.Create("Doorward component CA", constraint: null, time.GetUtcNow()));
    }

    public string TrustDomain { get; }
    public X509Certificate2 Certificate => _authority.Certificate;

    /// <summary>An SVID for a gateway, which is client of the control plane only.</summary>
    public X509Certificate2 IssueGateway(string name, SigningRequest request) =>
        _authority.Issue(request.PublicKey, Profile(SpiffeId.Gateway(TrustDomain, name), name, LeafProfile.ClientAuthentication), _time.GetUtcNow());

    /// <summary>An SVID for a device, which is client of <c>agent.</c> only.</summary>
    public X509Certificate2 IssueDevice(string id, PublicKey key) =>
        _authority.Issue(key, Profile(SpiffeId.Device(TrustDomain, id), id, LeafProfile.ClientAuthentication), _time.GetUtcNow());

    /// <summary>An SVID for a replica of a connector, which is client of <c>agent.</c> only.</summary>
    public X509Certificate2 IssueConnector(string name, string replica, PublicKey key) =>
        _authority.Issue(key, Profile(SpiffeId.Connector(TrustDomain, name, replica), replica, LeafProfile.ClientAuthentication), _time.GetUtcNow());

    /// <summary>Signs what a connector may reach: whoever joined knows this root, and gateways have no part in it.</summary>
    public SignedConnectorTargets Sign(byte[] targets) => new(targets, _authority.Sign([.. SignedConnectorTargets.Prefix, .. targets]));

    /// <summary>The control plane's own SVID, with a key that is never written anywhere.</summary>
    public X509Certificate2 IssueControlPlane()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var profile = Profile(SpiffeId.ControlPlane(TrustDomain), "control-plane", LeafProfile.ServerAuthentication);
        using var leaf = _authority.Issue(new PublicKey(key), profile, _time.GetUtcNow());
        return leaf.CopyWithPrivateKey(key);
    }

    /// <summary>
    /// Whether a client certificate is a leaf of this root made for clients. Whether it is still good is asked by
    /// <see cref="GatewayAuthentication"/>, for a sleeper renews with an expired one.
    /// </summary>
    public bool Signed(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(LeafProfile.ClientAuthentication));
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(certificate) && chain.ChainElements.Count == 2;
    }

    public void Dispose() => _authority.Dispose();

    private static LeafProfile Profile(SpiffeId id, string commonName, string usage)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id.ToString()));
        return new LeafProfile(commonName, names.Build(), [usage], Lifetime);
    }
}
