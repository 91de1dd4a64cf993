using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Core.Devices.Attestation;

/// <summary>Checks that a manufacturer whom we trust says of an endorsement key that it is in one of its TPMs (TCG EK Credential Profile).</summary>
public static class EndorsementCertificates
{
    private const string EndorsementUsage = "2.23.133.8.1"; // tcg-kp-EKCertificate

    /// <param name="certificate">The certificate as it lies in the TPM, in DER; bytes beyond its end are ignored, since its place there may be larger.</param>
    /// <param name="key">The endorsement key that it must be of.</param>
    /// <param name="roots">The manufacturers that are trusted.</param>
    /// <param name="intermediates">Certificates that may help to get to a root.</param>
    /// <param name="now">When.</param>
    public static AttestationVerdict Verify(
        ReadOnlySpan<byte> certificate, TpmPublic key, X509Certificate2Collection roots, X509Certificate2Collection intermediates, DateTimeOffset now)
    {
        var promise = KeyPromises.OfEndorsementKey(key);
        if (!promise.IsProven) return promise;
        try
        {
            using var leaf = Read(certificate);
            if (key.SubjectPublicKeyInfo() is not { } expected || !leaf.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(expected))
                return Refused("the certificate is of another endorsement key");
            if (leaf.Extensions.OfType<X509BasicConstraintsExtension>().Any(static constraint => constraint.CertificateAuthority))
                return Refused("the certificate is one of an authority, not of a TPM");
            if (!leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(static usages => usages.EnhancedKeyUsages[EndorsementUsage] is not null))
                return Refused("the certificate is not made for an endorsement key");
            return Chain(leaf, roots, intermediates, now);
        }
        catch (CryptographicException)
        {
            return AttestationVerdict.Refused(AttestationFault.Malformed, "the endorsement certificate cannot be read");
        }
    }

    private static AttestationVerdict Chain(X509Certificate2 leaf, X509Certificate2Collection roots, X509Certificate2Collection intermediates, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // manufacturers rarely publish lists, and a check must not dial out
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        try
        {
            if (chain.Build(leaf)) return AttestationVerdict.Proven;
            var reasons = chain.ChainStatus.Select(static status => status.Status).Distinct();
            return Refused($"the endorsement certificate does not lead to a trusted manufacturer ({string.Join(", ", reasons)})");
        }
        finally
        {
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        }
    }

    private static X509Certificate2 Read(ReadOnlySpan<byte> der)
    {
        // Only the outermost length is read here; the rest is for the reader of certificates.
        if (!System.Formats.Asn1.AsnDecoder.TryReadEncodedValue(
            der, System.Formats.Asn1.AsnEncodingRules.BER, out _, out _, out _, out var consumed))
            throw new CryptographicException("not DER");
        return X509CertificateLoader.LoadCertificate(der[..consumed]);
    }

    private static AttestationVerdict Refused(string why) => AttestationVerdict.Refused(AttestationFault.Endorsement, why);
}
