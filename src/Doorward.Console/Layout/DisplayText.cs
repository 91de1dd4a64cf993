using System.Globalization;
using System.Text;

namespace Doorward.Console.Layout;

/// <summary>
/// Names and addresses as people may see them. Razor encodes markup; what remains are characters that reorder, hide or
/// break the text around them (Unicode UTS 39 section 5, "Trojan source").
/// </summary>
internal static class DisplayText
{
    private const int Longest = 120;

    internal static string Of(string? text, int longest = Longest)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var shown = new StringBuilder(text.Length);
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++count > longest)
                return shown.Append('…').ToString();
            shown.Append(Misleads(rune) ? $"[U+{rune.Value:X4}]" : rune.ToString());
        }
        return shown.ToString();
    }

    /// <summary>The same of many lines, whose ends and indentation stay.</summary>
    internal static string Lines(string? text, int longest = 1 << 20) =>
        string.Join('\n', (text ?? "").Split('\n').Select(line => Of(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal), longest)));

    private static bool Misleads(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
