using System.Globalization;

namespace Doorward.Cedar;

/// <summary>Addresses as Cedar reads them: stricter than .NET (no octal, no IPv4 tail in IPv6, no zone), so parsed here.</summary>
internal static class IpAddressText
{
    private const int Groups = 8;

    // Longest: eight groups of four digits, seven colons, "/128".
    private const int MaxLength = 43;

    public static IpAddressValue? Read(string text)
    {
        if (text.Length > MaxLength) return null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = text.AsSpan(0, slash < 0 ? text.Length : slash);
        var isIpv6 = address.Contains(':');
        var width = isIpv6 ? 128 : 32;
        var prefix = width;
        if (slash >= 0 && !TryReadNumber(text.AsSpan(slash + 1), width, out prefix)) return null;
        if (isIpv6) return TryReadV6(address, out var v6) ? new IpAddressValue(true, v6, prefix) : null;
        return TryReadV4(address, out var v4) ? new IpAddressValue(false, v4, prefix) : null;
    }

    public static string Write(IpAddressValue value)
    {
        var full = value.IsIpv6 ? 128 : 32;
        var text = value.IsIpv6 ? WriteV6(value.Address) : WriteV4((uint)value.Address);
        return value.Prefix == full ? text : $"{text}/{value.Prefix}";
    }

    private static string WriteV4(uint bits) => $"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}";

    // RFC 5952 section 4.2: the longest run of zero groups, the first of equals, at least two groups. Never with an IPv4 tail.
    private static string WriteV6(UInt128 bits)
    {
        var groups = new ushort[Groups];
        for (var i = 0; i < Groups; i++) groups[i] = (ushort)(bits >> (112 - 16 * i));
        int from = 0, length = 0;
        for (var i = 0; i < Groups; i++)
        {
            var end = i;
            while (end < Groups && groups[end] == 0) end++;
            if (end - i > length) (from, length) = (i, end - i);
        }
        if (length < 2) return Join(groups);
        return $"{Join(groups[..from])}::{Join(groups[(from + length)..])}";
    }

    private static string Join(ushort[] groups) => string.Join(':', groups.Select(group => group.ToString("x")));

    private static bool TryReadV4(ReadOnlySpan<char> text, out UInt128 bits)
    {
        bits = 0;
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            if (++count > 4 || !TryReadNumber(text[range], 255, out var part)) return false;
            bits = (bits << 8) | (uint)part;
        }
        return count == 4;
    }

    private static bool TryReadV6(ReadOnlySpan<char> text, out UInt128 bits)
    {
        bits = 0;
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0) return TryReadGroups(text, out bits, out var all) && all == Groups;
        if (!TryReadGroups(text[..gap], out var high, out var before)) return false;
        if (!TryReadGroups(text[(gap + 2)..], out var low, out var after)) return false;
        if (before + after >= Groups) return false;
        bits = before == 0 ? low : (high << (16 * (Groups - before))) | low;
        return true;
    }

    private static bool TryReadGroups(ReadOnlySpan<char> text, out UInt128 bits, out int count)
    {
        bits = 0;
        count = 0;
        if (text.IsEmpty) return true;
        foreach (var range in text.Split(':'))
        {
            var group = text[range];
            if (++count > Groups || group.Length > 4) return false;
            if (!ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var part)) return false;
            bits = (bits << 16) | part;
        }
        return true;
    }

    // Decimal without sign, blanks or leading zeros.
    private static bool TryReadNumber(ReadOnlySpan<char> text, int max, out int number)
    {
        number = 0;
        if (text.IsEmpty || text.Length > 3 || (text[0] == '0' && text.Length > 1)) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            number = number * 10 + (c - '0');
        }
        return number <= max;
    }
}
