using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Doorward.Testing.Product;

/// <summary>An authenticator app (RFC 6238, SHA-1, 30 s, 6 digits), written apart from the product's so that both cannot be wrong alike.</summary>
public static class Totp
{
    public static string Now(string secret) => At(secret, TimeProvider.System.GetUtcNow());

    public static string At(string secret, DateTimeOffset time)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, time.ToUnixTimeSeconds() / 30);
        Span<byte> mac = stackalloc byte[20];
#pragma warning disable CA5350 // RFC 6238's default; every authenticator app speaks it
        HMACSHA1.HashData(Decode(secret), counter, mac);
#pragma warning restore CA5350
        var offset = mac[19] & 15;
        return ((BinaryPrimitives.ReadUInt32BigEndian(mac[offset..]) & 0x7fffffff) % 1_000_000).ToString("D6");
    }

    private static byte[] Decode(string text)
    {
        var bits = 0;
        var value = 0;
        var bytes = new List<byte>();
        foreach (var c in text.TrimEnd('='))
        {
            value = (value << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(char.ToUpperInvariant(c));
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(value >> bits));
            value &= (1 << bits) - 1;
        }

        return [.. bytes];
    }
}
