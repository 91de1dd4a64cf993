using System.Text;

namespace Doorward.Control.Identity;

/// <summary>How names are compared: as ASP.NET Core Identity does, so that its look-ups find what ours store.</summary>
internal static class UserNames
{
    /// <summary>Who acts on the machine itself, and what acts by itself, as resources and records name them: no person bears these names.</summary>
    internal const string Owner = "local";
    internal const string Installation = "system";
    private const int Longest = 256;

    internal static bool IsOwn(string name) => name.Equals(Owner, StringComparison.OrdinalIgnoreCase) || name.Equals(Installation, StringComparison.OrdinalIgnoreCase);

    internal static string Normalize(string name)
    {
        var text = name.Trim();
        if (text.Length > Longest || text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar))
            return "";
        return text.Normalize().ToUpperInvariant();
    }
}
