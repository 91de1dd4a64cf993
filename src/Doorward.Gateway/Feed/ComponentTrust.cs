using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>
/// Believes a peer only for a certificate of the component CA that names exactly the component expected. Host names
/// play no part (X509-SVID section 5): the id is the URI in the subject alternative name.
/// </summary>
internal sealed class ComponentTrust(X509Certificate2Collection authorities, TimeProvider clock)
{
    private X509Certificate2Collection _authorities = authorities;

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public bool Accepts(X509Certificate2? peer, string id) =>
        peer is not null && Chains(peer, ServerAuthentication, clock.GetUtcNow()) && string.Equals(SpiffeId.Of(peer)?.ToString(), id, StringComparison.Ordinal);

    /// <summary>
    /// Whether a certificate is a device's of this installation, and in time. Whether that device is still one, and the certificate in
    /// time on a connection that lasts, says the control plane, at each request.
    /// </summary>
    public bool AcceptsDevice(X509Certificate2? peer, string trustDomain) =>
        peer is not null && SpiffeId.Of(peer) is { DeviceId: not null } id && id.TrustDomain == trustDomain && Chains(peer, ClientAuthentication, clock.GetUtcNow());

    /// <summary>Whether a client certificate is a connector's of this installation.</summary>
    public bool AcceptsConnector(X509Certificate2? peer, string trustDomain) =>
        peer is not null && SpiffeId.Of(peer) is { Replica: not null } id && id.TrustDomain == trustDomain && Chains(peer, ClientAuthentication, clock.GetUtcNow());

    /// <summary>Whether anybody can be believed yet.</summary>
    public bool KnowsAuthority => Volatile.Read(ref _authorities).Count > 0;

    /// <summary>Before the first join only a fingerprint may be known: the certificate that has it is believed from now on. False for any other.</summary>
    public bool Learn(X509Certificate2 authority, JoinSecret secret)
    {
        if (!secret.IsOf(authority))
            return false;
        Volatile.Write(ref _authorities, new X509Certificate2Collection(authority));
        return true;
    }

    public string ToPem() => Volatile.Read(ref _authorities).ExportCertificatePems();

    private bool Chains(X509Certificate2 peer, string usage, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Volatile.Read(ref _authorities));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // lifetimes are short; the feed revokes
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        return chain.Build(peer);
    }
}
