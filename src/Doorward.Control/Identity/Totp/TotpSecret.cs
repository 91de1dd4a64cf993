using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Doorward.Control.Identity.Totp;

/// <summary>RFC 6238 with what every authenticator app does: HMAC-SHA1, 30 seconds, six digits.</summary>
public sealed class TotpSecret
{
    private const int Period = 30;
    private const int Digits = 1_000_000;
    private readonly byte[] key;

    private TotpSecret(byte[] key) => this.key = key;

    internal ReadOnlySpan<byte> Bytes => key;

    internal string Text => Base32.Encode(key);

    internal static TotpSecret New() => new(RandomNumberGenerator.GetBytes(20));

    internal static TotpSecret FromBytes(byte[] key) => new(key);

    /// <summary>Null unless it is Base32 of at least 128 bits (RFC 4226 section 4, R6).</summary>
    public static TotpSecret? Parse(string text) => Base32.Decode(text.Trim()) is { Length: >= 16 and <= 64 } key ? new(key) : null;

    internal static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / Period;

    /// <summary>The step whose code this is, one step of clock skew either way accepted (RFC 6238 section 5.2); null when it is none's.</summary>
    internal long? Match(string code, DateTimeOffset now)
    {
        if (Typed(code) is not { } digits)
            return null;
        long? found = null;
        var current = StepAt(now);
        // Always all three, so that time tells nothing about which.
        for (var step = current - 1; step <= current + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Ascii(CodeAt(step)), Ascii(digits)))
                found = step;
        }
        return found;
    }

    /// <summary>The six digits that an authenticator app shows at a moment.</summary>
    public string CodeAt(DateTimeOffset moment) => CodeAt(StepAt(moment)).ToString("D6");

    internal int CodeAt(long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[20];
#pragma warning disable CA5350 // HMAC-SHA1 is the algorithm of RFC 6238 that apps implement; HMAC does not rest on collision resistance.
        HMACSHA1.HashData(key, counter, mac);
#pragma warning restore CA5350
        return (int)((BinaryPrimitives.ReadUInt32BigEndian(mac[(mac[19] & 15)..]) & 0x7FFF_FFFF) % Digits);
    }

    /// <summary>What an app scans. The issuer is the domain, so that two installations do not overwrite each other.</summary>
    internal string Uri(string issuer, string account) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}?secret={Text}&issuer={System.Uri.EscapeDataString(issuer)}";

    private static int? Typed(string code)
    {
        int value = 0, count = 0;
        foreach (var character in code)
        {
            if (character is ' ' or '-')
                continue;
            if (!char.IsAsciiDigit(character) || ++count > 6)
                return null;
            value = value * 10 + (character - '0');
        }
        return count == 6 ? value : null;
    }

    private static byte[] Ascii(int code) => System.Text.Encoding.ASCII.GetBytes(code.ToString("D6"));
}
