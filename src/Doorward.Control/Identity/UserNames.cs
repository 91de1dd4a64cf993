using System.Text;

namespace Doorward.Control.Identity;

/// <summary>How names are compared: as ASP.NET Core Identity does, so that its look-ups find what ours store.</summary>
internal static class UserNames
{
    private const int Longest = 256;

    internal static string Normalize(string name)
    {
        var text = name.Trim();
        if (text.Length > Longest || text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar))
            return "";
        return text.Normalize().ToUpperInvariant();
    }
}
