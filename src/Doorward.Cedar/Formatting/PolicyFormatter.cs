using Doorward.Cedar.Formatting;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar;

/// <summary>
/// Gives policy text its one layout. Comments are kept, and formatting twice is formatting once: the layout depends on the tokens
/// and their comments only, and leaves both as they are.
/// </summary>
public static class PolicyFormatter
{
    /// <summary>The text in its layout, or the errors for which it cannot be read.</summary>
    public static FormatResult Format(string text, ParserOptions? options = null)
    {
        var read = PolicyParser.ParsePolicySet(text, options);
        return read.Success ? new FormatResult(new PolicyLayout(FormatToken.ReadAll(text)).Write(), []) : new FormatResult(null, read.Errors);
    }
}

/// <summary>Formatted text, or all errors found in what should be formatted.</summary>
/// <param name="Text">The text; null when there is any error.</param>
/// <param name="Errors">The errors; empty on success.</param>
public sealed record FormatResult(string? Text, IReadOnlyList<ParseError> Errors);
