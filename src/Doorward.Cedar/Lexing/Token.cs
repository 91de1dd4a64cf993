using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Lexing;

internal enum TokenKind
{
    End, Unexpected, UnterminatedString,
    Identifier, Number, String, Slot,
    At, Dot, Comma, Semicolon, Colon, DoubleColon,
    OpenParenthesis, CloseParenthesis, OpenBrace, CloseBrace, OpenBracket, CloseBracket,
    Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual,
    Or, And, Plus, Minus, Star, Slash, Percent, Not, Assign, Question,
}

internal readonly record struct Token(TokenKind Kind, int Start, int Length)
{
    public SourceSpan Span => new(Start, Length);

    public int End => Start + Length;
}
