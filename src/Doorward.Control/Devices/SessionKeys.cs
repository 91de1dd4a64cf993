using System.Security.Cryptography;
using Doorward.Control.Storage;

namespace Doorward.Control.Devices;

/// <summary>
/// The keys that a device had certified for its connections. The last two count: the one in use, and the one before, whose connections may
/// be open still. Whatever was in memory before that is gone.
/// </summary>
internal static class SessionKeys
{
    private const int Kept = 2;

    public static bool Contains(byte[]? certified, ReadOnlySpan<byte> hash)
    {
        for (var keys = certified.AsSpan(); keys.Length >= SHA256.HashSizeInBytes; keys = keys[SHA256.HashSizeInBytes..])
        {
            if (keys[..SHA256.HashSizeInBytes].SequenceEqual(hash)) return true;
        }

        return false;
    }

    public static void Add(Device device, byte[] hash)
    {
        if (Contains(device.SessionKeys, hash)) return;
        var before = device.SessionKeys ?? [];
        device.SessionKeys = [.. hash, .. before.AsSpan(0, Math.Min(before.Length, (Kept - 1) * SHA256.HashSizeInBytes))];
    }
}
