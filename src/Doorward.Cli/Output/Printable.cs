using System.Globalization;
using System.Text;

namespace Doorward.Cli.Output;

/// <summary>
/// Makes text safe for a terminal: names come from outside, and control, ANSI and bidirectional characters
/// could hide or forge what an administrator reads.
/// </summary>
internal static class Printable
{
    public static string OneLine(string text) => Clean(text, keepLines: false);

    public static string Lines(string text) => Clean(text, keepLines: true);

    private static string Clean(string text, bool keepLines)
    {
        if (!text.Any(c => IsUnsafe(c)))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (keepLines && c is '\n' or '\t')
            {
                clean.Append(c);
            }
            else if (c is '\n' or '\r' or '\t')
            {
                clean.Append(' ');
            }
            else if (IsUnsafe(c))
            {
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    private static bool IsUnsafe(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
