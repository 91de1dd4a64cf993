using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Applications;

namespace Doorward.Core.Upstreams;

/// <summary>TLS towards an upstream: whom we believe (the system's roots, a CA of the operator's, or one pinned certificate), and who we are.</summary>
public static class UpstreamTrust
{
    /// <summary>Options for one upstream, or what is wrong with the definition.</summary>
    public static (SslClientAuthenticationOptions? Options, string? Problem) Read(UpstreamTlsDefinition? definition, Uri upstream)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = definition?.ServerName ?? upstream.IdnHost };
        if (definition is null) return (options, null);
        try
        {
            if (definition.CaPem is { Length: > 0 } pem) Trust(options, pem);
            if (definition.ClientCertificatePem is { Length: > 0 } certificate)
            {
                using var leaf = X509Certificate2.CreateFromPem(certificate, definition.ClientKeyPem ?? "");
                var chain = new X509Certificate2Collection();
                chain.ImportFromPem(certificate);
                var usable = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
                options.ClientCertificateContext = SslStreamCertificateContext.Create(usable, chain, offline: true);
            }

            return (options, null);
        }
        catch (CryptographicException e)
        {
            return (null, $"its tls settings cannot be read: {e.Message}");
        }
    }

    private static void Trust(SslClientAuthenticationOptions options, string pem)
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPem(pem);
        if (trusted.Count == 0) throw new CryptographicException("there is no certificate in caPem");
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        options.CertificateChainPolicy = policy;
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None || (certificate is not null && IsPinned(trusted, certificate));
    }

    // A certificate that is no CA and is named itself is believed itself, whatever its names or issuer say.
    private static bool IsPinned(X509Certificate2Collection trusted, X509Certificate certificate) =>
        trusted.Any(pinned => !IsAuthority(pinned) && CryptographicOperations.FixedTimeEquals(pinned.RawDataMemory.Span, certificate.GetRawCertData()));

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);
}
