using System.Security.Cryptography;

namespace Doorward.Control.Certificates;

/// <summary>
/// The keys that a device, or a replica of a connector, had certified for its connections. The last two count: the one in use, and the one before, whose connections may
/// be open still. Whatever was in memory before that is gone.
/// </summary>
internal static class SessionKeys
{
    private const int Kept = 2;

    public static bool Contains(byte[]? sessionKeys, ReadOnlySpan<byte> hash)
    {
        for (var keys = sessionKeys.AsSpan(); keys.Length >= SHA256.HashSizeInBytes; keys = keys[SHA256.HashSizeInBytes..])
        {
            if (keys[..SHA256.HashSizeInBytes].SequenceEqual(hash)) return true;
        }

        return false;
    }

    /// <summary>The keys with one more.</summary>
    public static byte[]? With(byte[]? keys, byte[] hash) => Contains(keys, hash)
        ? keys
        : [.. hash, .. keys.AsSpan(0, Math.Min(keys?.Length ?? 0, (Kept - 1) * SHA256.HashSizeInBytes))];
}
