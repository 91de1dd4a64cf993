using System.Globalization;
using System.Text;

namespace Doorward.Cedar.Lexing;

/// <summary>Names and quoted strings as Cedar writes them.</summary>
internal static class CedarText
{
    /// <summary>Whether a word is an identifier that policies may use: <c>[_a-zA-Z][_a-zA-Z0-9]*</c> and not reserved.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> word) => IsWord(word) && !IsReserved(word);

    /// <summary>Whether a text has the form of an identifier, reserved or not: what may name an annotation.</summary>
    public static bool IsWord(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || !Lexer.IsIdentifierStart(word[0])) return false;
        foreach (var c in word)
            if (!Lexer.IsIdentifierPart(c)) return false;
        return true;
    }

    public static bool IsReserved(ReadOnlySpan<char> word) =>
        word is "true" or "false" or "if" or "then" or "else" or "in" or "is" or "like" or "has";

    /// <summary>Whether a text is an entity type: identifiers joined by <c>::</c>, none of them the reserved <c>__cedar</c>.</summary>
    public static bool IsTypeName(ReadOnlySpan<char> name) => IsPath(name, mayBeReserved: false);

    /// <summary>Whether a text is identifiers joined by <c>::</c>.</summary>
    public static bool IsPath(ReadOnlySpan<char> name) => IsPath(name, mayBeReserved: true);

    private static bool IsPath(ReadOnlySpan<char> name, bool mayBeReserved)
    {
        while (true)
        {
            var end = name.IndexOf("::", StringComparison.Ordinal);
            var part = end < 0 ? name : name[..end];
            if (!IsIdentifier(part) || (part is "__cedar" && !mayBeReserved)) return false;
            if (end < 0) return true;
            name = name[(end + 2)..];
        }
    }

    public static string Quote(string value)
    {
        var builder = new StringBuilder(value.Length + 2).Append('"');
        AppendEscaped(builder, value);
        return builder.Append('"').ToString();
    }

    /// <summary>Escapes what would end the string, break the line, or fool the eye (control, format and unassigned characters).</summary>
    public static void AppendEscaped(StringBuilder builder, string value)
    {
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"': builder.Append("\\\""); break;
                case '\\': builder.Append("\\\\"); break;
                case '\n': builder.Append("\\n"); break;
                case '\r': builder.Append("\\r"); break;
                case '\t': builder.Append("\\t"); break;
                case '\0': builder.Append("\\0"); break;
                default:
                    if (IsPlain(rune)) builder.Append(rune.ToString());
                    else builder.Append("\\u{").Append(rune.Value.ToString("x")).Append('}');
                    break;
            }
        }
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
