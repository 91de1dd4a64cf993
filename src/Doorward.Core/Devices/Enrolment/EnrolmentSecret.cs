using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;

namespace Doorward.Core.Devices.Enrolment;

/// <summary>
/// What a machine is given to enrol: a one-time secret, and the fingerprints of the two roots, so that it knows whom it tells the
/// secret and whom it believes afterwards, with no store of trusted roots. Form: <c>dwe_SECRET.WEB.COMPONENT</c>, each base64url.
/// </summary>
public sealed record EnrolmentSecret(string Secret, string WebFingerprint, string ComponentFingerprint)
{
    private const string Prefix = "dwe_";
    private const int PartLength = 43; // 32 bytes in base64url

    public static EnrolmentSecret New(X509Certificate2 webCa, X509Certificate2 componentCa) =>
        new(Credential.New(), FingerprintOf(webCa), FingerprintOf(componentCa));

    public static bool TryParse(string text, [NotNullWhen(true)] out EnrolmentSecret? secret)
    {
        secret = null;
        if (text.Length != Prefix.Length + (3 * PartLength) + 2 || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length..].Split('.') is not [{ Length: PartLength } first, { Length: PartLength } web, { Length: PartLength } component])
            return false;
        secret = new EnrolmentSecret(first, web, component);
        return true;
    }

    public bool IsOfWeb(X509Certificate2 webCa) => WebFingerprint == FingerprintOf(webCa);

    public bool IsOfComponents(X509Certificate2 componentCa) => ComponentFingerprint == FingerprintOf(componentCa);

    /// <summary>The text that travels. Nothing else prints the secret.</summary>
    public string ToText() => $"{Prefix}{Secret}.{WebFingerprint}.{ComponentFingerprint}";

    public override string ToString() => nameof(EnrolmentSecret);

    private static string FingerprintOf(X509Certificate2 certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span));
}
