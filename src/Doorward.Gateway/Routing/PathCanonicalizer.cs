using System.Buffers;
using System.Globalization;
using System.Text;

namespace Doorward.Gateway.Routing;

/// <summary>
/// Makes the one spelling of a path: unreserved characters decoded, everything that must be encoded encoded, hexadecimal digits in
/// upper case (RFC 3986 section 6.2.2). It repairs nothing: what two readers could read differently is reported, and refused.
/// </summary>
internal static class PathCanonicalizer
{
    private static readonly SearchValues<char> s_unreserved =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~");

    private static readonly SearchValues<char> s_mustBeEncoded = SearchValues.Create("\"<>[]^`{|}");

    public static string Canonicalize(string path, out TargetTraits traits)
    {
        traits = Segments(path);
        var canonical = new StringBuilder(path.Length + 16);
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c == '%')
            {
                i += Escape(path.AsSpan(i), canonical, ref traits) - 1;
                continue;
            }

            if (c == '\\') traits |= TargetTraits.Backslash;
            if (c == ';') traits |= TargetTraits.Semicolon;
            if (s_mustBeEncoded.Contains(c)) Append(canonical, (byte)c);
            else canonical.Append(c);
        }

        return canonical.ToString();
    }

    private static TargetTraits Segments(string path)
    {
        var traits = TargetTraits.None;
        foreach (var range in path.AsSpan(1).Split('/'))
        {
            var segment = path.AsSpan(1)[range];
            if (segment is "." or "..") traits |= TargetTraits.DotSegment;
        }

        return path.Contains("//", StringComparison.Ordinal) ? traits | TargetTraits.EmptySegment : traits;
    }

    // Returns how many characters were read: one escape, or all escapes of one UTF-8 sequence.
    private static int Escape(ReadOnlySpan<char> text, StringBuilder canonical, ref TargetTraits traits)
    {
        if (!TryByte(text, out var value))
        {
            traits |= TargetTraits.BadEscape;
            canonical.Append('%');
            return 1;
        }

        if (value >= 0x80) return Sequence(text, canonical, ref traits);
        traits |= Ambiguity(value);
        if (s_unreserved.Contains((char)value)) canonical.Append((char)value);
        else Append(canonical, value);
        return 3;
    }

    private static int Sequence(ReadOnlySpan<char> text, StringBuilder canonical, ref TargetTraits traits)
    {
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        while (count < 4 && text.Length >= 3 * (count + 1) && text[3 * count] == '%' && TryByte(text[(3 * count)..], out bytes[count])) count++;
        if (Rune.DecodeFromUtf8(bytes[..count], out _, out var used) != OperationStatus.Done) traits |= TargetTraits.NotUtf8;
        for (var i = 0; i < used; i++) Append(canonical, bytes[i]);
        return 3 * used;
    }

    private static TargetTraits Ambiguity(byte value) => value switch
    {
        (byte)'/' => TargetTraits.EncodedSlash,
        (byte)'\\' => TargetTraits.EncodedBackslash,
        (byte)'.' => TargetTraits.EncodedDot,
        (byte)'%' => TargetTraits.EncodedPercent,
        (byte)'#' => TargetTraits.EncodedHash,
        < 0x20 or 0x7F => TargetTraits.EncodedControl,
        _ => TargetTraits.None,
    };

    private static bool TryByte(ReadOnlySpan<char> text, out byte value)
    {
        value = 0;
        return text.Length >= 3 && byte.TryParse(text.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void Append(StringBuilder canonical, byte value) => canonical.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
}
