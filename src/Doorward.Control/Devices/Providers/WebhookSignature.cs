using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Doorward.Control.Devices.Providers;

/// <summary>
/// The signature of a webhook by <see href="https://www.standardwebhooks.com">Standard Webhooks</see>: HMAC-SHA256 over id, timestamp and body,
/// so that neither can be given to another.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";
    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";
    private const int LeastKey = 24;
    private const int MostKey = 64;
    private const int MostSignatures = 8;

    /// <summary>The key behind a secret as it is written; null when it is none, or too short.</summary>
    public static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal)) return null;
        var key = new byte[MostKey];
        return Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length >= LeastKey ? key[..length] : null;
    }

    public static string Sign(byte[] key, string id, DateTimeOffset at, ReadOnlySpan<byte> body) => Version + Convert.ToBase64String(Mac(key, id, Seconds(at), body));

    public static bool IsSigned(byte[] key, string id, string timestamp, string signatures, ReadOnlySpan<byte> body)
    {
        var mac = Mac(key, id, timestamp, body);
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var signature in signatures.Split(' ').Take(MostSignatures))
        {
            if (signature.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(signature[Version.Length..], given, out var length)
                && CryptographicOperations.FixedTimeEquals(given[..length], mac))
                return true;
        }

        return false;
    }

    public static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static byte[] Mac(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]);
}
