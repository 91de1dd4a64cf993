using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Lexing;

/// <summary>The escapes of Cedar strings: those of Rust, and in patterns also <c>\*</c>.</summary>
internal static class Escapes
{
    /// <summary>What is wrong with an escape, and where in the raw text.</summary>
    internal readonly record struct Problem(string Message, SourceSpan Span);

    public static bool TryUnescape(ReadOnlySpan<char> raw, [NotNullWhen(true)] out string? value, out Problem problem)
    {
        var parts = new List<string>(1);
        var done = TryRead(raw, pattern: false, parts, out problem);
        value = done ? parts[0] : null;
        return done;
    }

    /// <summary>Reads a pattern into the pieces between its stars; a star from <c>\u{2a}</c> is a star too, as in the reference.</summary>
    public static bool TryReadPattern(ReadOnlySpan<char> raw, [NotNullWhen(true)] out List<string>? segments, out Problem problem)
    {
        segments = [];
        if (TryRead(raw, pattern: true, segments, out problem)) return true;
        segments = null;
        return false;
    }

    private static bool TryRead(ReadOnlySpan<char> raw, bool pattern, List<string> parts, out Problem problem)
    {
        var builder = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length;)
        {
            if (raw[i] == '\\' && pattern && i + 1 < raw.Length && raw[i + 1] == '*')
            {
                builder.Append('*');
                i += 2;
                continue;
            }
            if (!TryReadOne(raw[i..], out var rune, out var length, out var message))
            {
                problem = new Problem(message, new SourceSpan(i, length));
                return false;
            }
            i += length;
            if (pattern && rune.Value == '*')
            {
                parts.Add(builder.ToString());
                builder.Clear();
            }
            else AppendRune(builder, rune);
        }
        parts.Add(builder.ToString());
        problem = default;
        return true;
    }

    private static void AppendRune(StringBuilder builder, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        builder.Append(units[..rune.EncodeToUtf16(units)]);
    }

    private static bool TryReadOne(ReadOnlySpan<char> raw, out Rune rune, out int length, out string message)
    {
        message = "";
        if (raw[0] != '\\')
        {
            var status = Rune.DecodeFromUtf16(raw, out rune, out length);
            if (status != System.Buffers.OperationStatus.Done) message = "This text holds half of a character (a lone surrogate).";
            else if (raw[0] == '\r') message = "A string cannot hold a bare carriage return; write \\r.";
            return message.Length == 0;
        }
        length = Math.Min(2, raw.Length);
        rune = default;
        switch (raw.Length > 1 ? raw[1] : '\0')
        {
            case 'n': rune = new Rune('\n'); return true;
            case 'r': rune = new Rune('\r'); return true;
            case 't': rune = new Rune('\t'); return true;
            case '\\': rune = new Rune('\\'); return true;
            case '0': rune = new Rune('\0'); return true;
            case '\'': rune = new Rune('\''); return true;
            case '"': rune = new Rune('"'); return true;
            case 'x': return TryReadByte(raw, out rune, out length, out message);
            case 'u': return TryReadCodePoint(raw, out rune, out length, out message);
            default:
                message = raw.Length > 1 && raw[1] == '*'
                    ? "The escape \\* has a meaning only in the pattern of `like`."
                    : "Unknown escape; known are \\n \\r \\t \\\\ \\0 \\' \\\" \\x41 and \\u{1F600}.";
                return false;
        }
    }

    private static bool TryReadByte(ReadOnlySpan<char> raw, out Rune rune, out int length, out string message)
    {
        length = Math.Min(4, raw.Length);
        rune = default;
        message = "\\x takes two hexadecimal digits, at most \\x7F; write \\u{..} for other characters.";
        if (raw.Length < 4 || !byte.TryParse(raw[2..4], NumberStyles.AllowHexSpecifier, null, out var value) || value > 0x7f) return false;
        rune = new Rune((char)value);
        return true;
    }

    private static bool TryReadCodePoint(ReadOnlySpan<char> raw, out Rune rune, out int length, out string message)
    {
        rune = default;
        message = "\\u takes one to six hexadecimal digits in braces that name a character, as in \\u{1F600}.";
        length = Math.Min(2, raw.Length);
        if (raw.Length < 4 || raw[2] != '{' || raw[3] == '_') return false;
        int value = 0, digits = 0, i = 3;
        for (; i < raw.Length && raw[i] != '}'; i++)
        {
            if (raw[i] == '_') continue;
            if (!char.IsAsciiHexDigit(raw[i]) || ++digits > 6) return false;
            value = value * 16 + Convert.ToInt32(raw[i].ToString(), 16);
        }
        if (i == raw.Length || digits == 0) return false;
        length = i + 1;
        return Rune.TryCreate(value, out rune);
    }
}
