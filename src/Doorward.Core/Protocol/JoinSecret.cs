using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;

namespace Doorward.Core.Protocol;

/// <summary>
/// What a gateway is given to join: a one-time secret, and the fingerprint of the component CA, so that it knows whom it
/// tells the secret. Form: <c>dwj_SECRET.FINGERPRINT</c>, both base64url. The control plane is sent the whole text.
/// </summary>
public sealed record JoinSecret(string Secret, string Fingerprint)
{
    private const string Prefix = "dwj_";

    public static JoinSecret New(X509Certificate2 componentCa) => new(Credential.New(), FingerprintOf(componentCa));

    public static bool TryParse(string text, [NotNullWhen(true)] out JoinSecret? secret)
    {
        secret = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length..].Split('.') is not [var first, var second]
            || first.Length != 43 || second.Length != 43)
        {
            return false;
        }

        secret = new JoinSecret(first, second);
        return true;
    }

    /// <summary>Whether this is the CA that the secret was made by.</summary>
    public bool IsOf(X509Certificate2 componentCa) => Fingerprint == FingerprintOf(componentCa);

    public override string ToString() => $"{Prefix}{Secret}.{Fingerprint}";

    private static string FingerprintOf(X509Certificate2 certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span));
}
