using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Formatting;

/// <summary>A token with the comments that belong to it: those on lines of their own in front of it, and one behind it on its line.</summary>
internal sealed class FormatToken(Token token, string text)
{
    public TokenKind Kind => token.Kind;

    public string Text => text;

    public List<string> Before { get; } = [];

    public string? Behind { get; private set; }

    public bool HasComment => Before.Count > 0 || Behind is not null;

    /// <summary>Reads a text that parses; the last token is the end, which may have comments too.</summary>
    public static List<FormatToken> ReadAll(string text)
    {
        var lexer = new Lexer(text);
        var tokens = new List<FormatToken>();
        var end = 0;
        while (true)
        {
            var token = lexer.Next();
            var next = new FormatToken(token, text.Substring(token.Start, token.Length));
            next.TakeComments(text.AsSpan(end, token.Start - end), tokens.Count > 0 ? tokens[^1] : null);
            tokens.Add(next);
            if (token.Kind == TokenKind.End) return tokens;
            end = token.End;
        }
    }

    private void TakeComments(ReadOnlySpan<char> gap, FormatToken? previous)
    {
        var isSameLine = previous is not null;
        for (var i = 0; i < gap.Length; i++)
        {
            if (gap[i] is '\n' or '\r') isSameLine = false;
            if (gap[i] != '/') continue;
            var length = gap[i..].IndexOfAny('\n', '\r');
            var comment = (length < 0 ? gap[i..] : gap.Slice(i, length)).TrimEnd().ToString();
            if (isSameLine) previous!.Behind = comment;
            else Before.Add(comment);
            isSameLine = false;
            i += (length < 0 ? gap.Length - i : length) - 1;
        }
    }
}
