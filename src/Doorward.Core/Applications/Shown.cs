using System.Globalization;
using System.Text;

namespace Doorward.Core.Applications;

/// <summary>Text from outside as messages quote it: bounded, and without control, escape and direction characters.</summary>
public static class Shown
{
    private const int MaxLength = 80;

    public static string Text(string text)
    {
        if (text.Length <= MaxLength && !text.Any(IsHidden)) return text;
        var shown = new StringBuilder(MaxLength + 8);
        foreach (var c in text)
        {
            if (shown.Length >= MaxLength) return shown.Append("...").ToString();
            if (IsHidden(c)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else shown.Append(c);
        }

        return shown.ToString();
    }

    /// <summary>Whether a character would not show, or would change how its neighbours show (ANSI escapes, bidi overrides).</summary>
    public static bool IsHidden(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;
}
