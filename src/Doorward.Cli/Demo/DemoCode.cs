using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Doorward.Cli.Demo;

/// <summary>The demo user's second factor at this moment, in place of an authenticator app. RFC 6238, six digits, 30 s, SHA-1.</summary>
internal static class DemoCode
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string At(string secret, DateTimeOffset moment)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, moment.ToUnixTimeSeconds() / 30);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(Decode(secret), counter, mac);
        // RFC 4226 section 5.3: the last nibble says which four bytes count.
        var code = (BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 15)..]) & int.MaxValue) % 1_000_000;
        return code.ToString("D6");
    }

    private static byte[] Decode(string secret)
    {
        var bytes = new List<byte>();
        var (bits, count) = (0, 0);
        foreach (var letter in secret)
        {
            bits = ((bits << 5) | Base32.IndexOf(letter, StringComparison.Ordinal)) & 0xfff;
            if ((count += 5) >= 8)
            {
                count -= 8;
                bytes.Add((byte)(bits >> count));
            }
        }

        return [.. bytes];
    }
}
