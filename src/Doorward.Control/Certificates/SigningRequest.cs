using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Control.Certificates;

/// <summary>
/// A certificate signing request (RFC 2986) from outside. All that is taken from it is a public key whose private half
/// its sender has: names, usages and everything else are ours to give, and asking for more is refused.
/// </summary>
internal sealed record SigningRequest(PublicKey PublicKey)
{
    private const int LongestBytes = 8 * 1024;
    private const string ExtensionRequest = "1.2.840.113549.1.9.14";
    private const string EllipticCurveKey = "1.2.840.10045.2.1";

    /// <summary>The request, or what is wrong with it.</summary>
    public static (SigningRequest? Request, string? Problem) Read(ReadOnlySpan<byte> der)
    {
        if (der.Length is 0 or > LongestBytes)
        {
            return (null, $"The signing request must have 1 to {LongestBytes} bytes.");
        }

        try
        {
            // Loading checks the signature: the proof of possession.
            var request = CertificateRequest.LoadSigningRequest(der.ToArray(), HashAlgorithmName.SHA256, out var read, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            if (read != der.Length)
            {
                return (null, "The signing request has bytes behind its end.");
            }

            if (request.CertificateExtensions.Count > 0 || request.OtherRequestAttributes.Any(attribute => attribute.Oid?.Value == ExtensionRequest))
            {
                return (null, "The signing request asks for extensions. Leave names and usages out: the authority sets them.");
            }

            return IsStrong(request.PublicKey)
                ? (new SigningRequest(request.PublicKey), null)
                : (null, "The key must be an elliptic curve key on P-256 or P-384.");
        }
        catch (CryptographicException)
        {
            return (null, "The signing request cannot be read, or its signature is not by the key in it.");
        }
    }

    public byte[] KeyHash() => HashOf(PublicKey);

    public static byte[] HashOf(PublicKey key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo());

    private static bool IsStrong(PublicKey key)
    {
        if (key.Oid.Value != EllipticCurveKey)
        {
            return false;
        }

        using var curve = key.GetECDsaPublicKey();
        return curve?.ExportParameters(false).Curve.Oid.Value is "1.2.840.10045.3.1.7" or "1.3.132.0.34";
    }
}
