using System.Globalization;

namespace Doorward.Control.Identity.Passwords;

/// <summary>What a new password must be: long and not the obvious. No composition rules (NIST SP 800-63B-4 section 3.1.1.2).</summary>
public static class PasswordRules
{
    public const int Shortest = 12;
    public const int Longest = 256;

    /// <summary>Why the password is refused, as a sentence for the person, or null.</summary>
    public static string? Refuse(string password, string name, string? email)
    {
        if (password.EnumerateRunes().Count() < Shortest)
            return $"Use at least {Shortest} characters. A few unrelated words are easy to remember.";
        if (password.Length > Longest)
            return $"Use at most {Longest} characters.";
        if (password.EnumerateRunes().Distinct().Count() < 5)
            return "This repeats the same few characters. Use a few unrelated words.";
        if (HoldsAsMost(password, name) || HoldsAsMost(password, email?.Split('@')[0]))
            return "This is mostly your own name. Use something others cannot guess.";
        return Common.Any(common => HoldsAsMost(password, common)) ? "This is a password that attackers try first. Use a few unrelated words." : null;
    }

    /// <summary>
    /// What is hashed: one password typed on two keyboards is one password. RFC 8265 section 4.2: spaces of every kind are one
    /// kind, and letters with marks are composed.
    /// </summary>
    internal static string Normalize(string password) => IsWellFormed(password) ? Composition.Compose(WithPlainSpaces(password)) : password;

    private static string WithPlainSpaces(string password) => string.Create(password.Length, password, static (plain, typed) =>
    {
        for (var i = 0; i < typed.Length; i++)
            plain[i] = char.GetUnicodeCategory(typed[i]) == UnicodeCategory.SpaceSeparator ? ' ' : typed[i];
    });

    private static bool HoldsAsMost(string password, string? part) =>
        part is { Length: >= 4 } && password.Contains(part, StringComparison.OrdinalIgnoreCase) && part.Length * 2 > password.Length;

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private static readonly string[] Common =
        ["password", "passwort", "123456789012", "1234567890", "qwertyuiop", "qwertzuiop", "letmein", "iloveyou", "administrator", "changeme", "doorward"];
}
