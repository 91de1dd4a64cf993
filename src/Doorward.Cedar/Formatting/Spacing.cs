using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Formatting;

/// <summary>Whether a space stands between two tokens on one line.</summary>
internal static class Spacing
{
    public static bool IsBetween(FormatToken? beforeLeft, FormatToken left, FormatToken right)
    {
        if (right.Kind is TokenKind.Comma or TokenKind.Semicolon or TokenKind.Dot or TokenKind.DoubleColon or TokenKind.Colon
            or TokenKind.CloseParenthesis or TokenKind.CloseBracket or TokenKind.CloseBrace) return false;
        if (left.Kind is TokenKind.OpenParenthesis or TokenKind.OpenBracket or TokenKind.OpenBrace or TokenKind.Dot or TokenKind.DoubleColon or TokenKind.At or TokenKind.Not)
            return false;
        if (left.Kind == TokenKind.Minus && !EndsOperand(beforeLeft)) return false;
        // A call or an index belongs to what stands in front of it; behind a keyword begins something new.
        return right.Kind is not (TokenKind.OpenParenthesis or TokenKind.OpenBracket) || !EndsOperand(left);
    }

    private static bool EndsOperand(FormatToken? token) => token?.Kind switch
    {
        TokenKind.Identifier => !IsKeyword(token.Text),
        TokenKind.String or TokenKind.Number or TokenKind.CloseParenthesis or TokenKind.CloseBracket or TokenKind.CloseBrace or TokenKind.Slot => true,
        _ => false,
    };

    private static bool IsKeyword(string word) => word is "if" or "then" or "else" or "in" or "is" or "has" or "like";
}
