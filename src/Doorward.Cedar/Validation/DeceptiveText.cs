using System.Globalization;
using System.Text;

namespace Doorward.Cedar.Validation;

/// <summary>
/// Text that does not read as it looks: characters that turn the direction of writing or are not seen (Unicode TR36, CVE-2021-42574),
/// and words whose letters come from alphabets that look alike. The framework knows no scripts, so these are the ranges of the
/// alphabets that can be taken for Latin letters, and of the letters that are Latin ones in disguise.
/// </summary>
internal static class DeceptiveText
{
    private enum Script { None, Latin, Greek, Cyrillic, Armenian, Cherokee, Disguised }

    /// <summary>What is deceptive in a text, in a sentence, or null.</summary>
    public static string? Find(ReadOnlySpan<char> text)
    {
        var word = Script.None;
        foreach (var rune in text.EnumerateRunes())
        {
            if (TurnsDirection(rune)) return $"It holds {Name(rune)}, which changes the direction in which text is shown.";
            if (IsUnseen(rune)) return $"It holds {Name(rune)}, which is not seen.";
            if (!Rune.IsLetterOrDigit(rune) && Rune.GetUnicodeCategory(rune) is not UnicodeCategory.NonSpacingMark)
            {
                word = Script.None;
                continue;
            }
            var script = ScriptOf(rune.Value);
            if (script == Script.Disguised) return $"It holds {Name(rune)}, which looks like a letter that it is not.";
            if (script == Script.None) continue;
            if (word != Script.None && word != script) return $"A word of it mixes {word} and {script} letters, which look alike.";
            word = script;
        }
        return null;
    }

    /// <summary>Only what turns the direction of writing, for text that people write freely, such as comments.</summary>
    public static string? FindDirection(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (TurnsDirection(rune)) return $"It holds {Name(rune)}, which changes the direction in which text is shown.";
        return null;
    }

    private static string Name(Rune rune) => $"U+{rune.Value:X4}";

    private static bool TurnsDirection(Rune rune) => rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsUnseen(Rune rune) =>
        rune.Value is 0x00AD or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFEFF or (>= 0x200B and <= 0x200D) or (>= 0x2060 and <= 0x2064) or (>= 0xE0000 and <= 0xE007F);

    private static Script ScriptOf(int value) => value switch
    {
        (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= 0x00C0 and <= 0x024F) or (>= 0x1E00 and <= 0x1EFF) => Script.Latin,
        (>= 0x0370 and <= 0x03FF) or (>= 0x1F00 and <= 0x1FFF) => Script.Greek,
        (>= 0x0400 and <= 0x052F) or (>= 0x1C80 and <= 0x1C8F) or (>= 0x2DE0 and <= 0x2DFF) or (>= 0xA640 and <= 0xA69F) => Script.Cyrillic,
        >= 0x0530 and <= 0x058F => Script.Armenian,
        (>= 0x13A0 and <= 0x13FF) or (>= 0xAB70 and <= 0xABBF) => Script.Cherokee,
        (>= 0xFF21 and <= 0xFF3A) or (>= 0xFF41 and <= 0xFF5A) or (>= 0x1D400 and <= 0x1D7FF) => Script.Disguised,
        _ => Script.None,
    };
}
