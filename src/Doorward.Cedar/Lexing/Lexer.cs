namespace Doorward.Cedar.Lexing;

/// <summary>
/// Cuts Cedar text into tokens, one at a time and without looking back. Keywords are plain identifiers here, because most of
/// them may also name attributes.
/// </summary>
internal sealed class Lexer(string text)
{
    private int _position;

    public Token Next()
    {
        SkipBlanks();
        if (_position >= text.Length) return new Token(TokenKind.End, text.Length, 0);
        var start = _position;
        var c = text[start];
        if (IsIdentifierStart(c)) return Take(TokenKind.Identifier, EndOfIdentifier(start + 1) - start);
        if (char.IsAsciiDigit(c)) return Take(TokenKind.Number, EndOfDigits(start + 1) - start);
        if (c == '"') return ReadString(start);
        if (c == '?' && start + 1 < text.Length && IsIdentifierStart(text[start + 1]))
            return Take(TokenKind.Slot, EndOfIdentifier(start + 2) - start);
        return ReadSymbol(c, start + 1 < text.Length ? text[start + 1] : '\0');
    }

    internal static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_';

    internal static bool IsIdentifierPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private Token ReadSymbol(char c, char next) => (c, next) switch
    {
        (':', ':') => Take(TokenKind.DoubleColon, 2),
        ('=', '=') => Take(TokenKind.Equal, 2),
        ('!', '=') => Take(TokenKind.NotEqual, 2),
        ('<', '=') => Take(TokenKind.LessOrEqual, 2),
        ('>', '=') => Take(TokenKind.GreaterOrEqual, 2),
        ('|', '|') => Take(TokenKind.Or, 2),
        ('&', '&') => Take(TokenKind.And, 2),
        ('@', _) => Take(TokenKind.At, 1),
        ('.', _) => Take(TokenKind.Dot, 1),
        (',', _) => Take(TokenKind.Comma, 1),
        (';', _) => Take(TokenKind.Semicolon, 1),
        (':', _) => Take(TokenKind.Colon, 1),
        ('(', _) => Take(TokenKind.OpenParenthesis, 1),
        (')', _) => Take(TokenKind.CloseParenthesis, 1),
        ('{', _) => Take(TokenKind.OpenBrace, 1),
        ('}', _) => Take(TokenKind.CloseBrace, 1),
        ('[', _) => Take(TokenKind.OpenBracket, 1),
        (']', _) => Take(TokenKind.CloseBracket, 1),
        ('<', _) => Take(TokenKind.Less, 1),
        ('>', _) => Take(TokenKind.Greater, 1),
        ('+', _) => Take(TokenKind.Plus, 1),
        ('-', _) => Take(TokenKind.Minus, 1),
        ('*', _) => Take(TokenKind.Star, 1),
        ('/', _) => Take(TokenKind.Slash, 1),
        ('%', _) => Take(TokenKind.Percent, 1),
        ('!', _) => Take(TokenKind.Not, 1),
        ('=', _) => Take(TokenKind.Assign, 1),
        ('?', _) => Take(TokenKind.Question, 1),
        _ => Take(TokenKind.Unexpected, char.IsSurrogatePair(c, next) ? 2 : 1),
    };

    // "(\\.|[^"\\])*" where the dot of the reference grammar does not match a line feed.
    private Token ReadString(int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '"') return Take(TokenKind.String, i + 1 - start);
            if (text[i] == '\\' && ++i < text.Length && text[i] == '\n') break;
        }
        return Take(TokenKind.UnterminatedString, text.Length - start);
    }

    private void SkipBlanks()
    {
        while (_position < text.Length)
        {
            if (char.IsWhiteSpace(text[_position])) _position++;
            else if (text[_position] == '/' && _position + 1 < text.Length && text[_position + 1] == '/') SkipComment();
            else return;
        }
    }

    private void SkipComment()
    {
        var end = text.AsSpan(_position).IndexOfAny('\n', '\r');
        _position = end < 0 ? text.Length : _position + end;
    }

    private int EndOfIdentifier(int i)
    {
        while (i < text.Length && IsIdentifierPart(text[i])) i++;
        return i;
    }

    private int EndOfDigits(int i)
    {
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        return i;
    }

    private Token Take(TokenKind kind, int length)
    {
        var token = new Token(kind, _position, length);
        _position += length;
        return token;
    }
}
