using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Editing;

/// <summary>The statement in front of the cursor, as words, and the word at the cursor as far as it is written.</summary>
internal sealed class CursorText
{
    private readonly string _text;
    private readonly List<Token> _tokens;

    private CursorText(string text, List<Token> tokens, SourceSpan word, bool isMute)
    {
        (_text, _tokens, Word, IsMute) = (text, tokens, word, isMute);
        ScopeEnd = FindScopeEnd();
    }

    /// <summary>The word at the cursor, or an empty span there.</summary>
    public SourceSpan Word { get; }

    /// <summary>Whether the cursor stands in a comment, a number or the middle of a string, where nothing is proposed.</summary>
    public bool IsMute { get; }

    public int Count => _tokens.Count;

    /// <summary>The index of the parenthesis that ends the scope; -1 when the cursor stands in front of it.</summary>
    public int ScopeEnd { get; }

    /// <summary>The text of the scope, from the effect to its last parenthesis.</summary>
    public string? Head => ScopeEnd < 0 ? null : _text[_tokens[EffectIndex].Start.._tokens[ScopeEnd].End];

    /// <summary>The index of <c>permit</c> or <c>forbid</c>; -1 when neither is written yet.</summary>
    public int EffectIndex { get; private set; } = -1;

    public TokenKind Kind(int index) => index >= 0 && index < _tokens.Count ? _tokens[index].Kind : TokenKind.End;

    public ReadOnlySpan<char> Text(int index) => index >= 0 && index < _tokens.Count ? _text.AsSpan(_tokens[index].Start, _tokens[index].Length) : "";

    public static CursorText Before(string text, int offset)
    {
        var head = text[..offset];
        var lexer = new Lexer(head);
        var tokens = new List<Token>();
        var end = 0;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind == TokenKind.Semicolon) tokens.Clear();
            else tokens.Add(token);
            end = token.End;
        }
        var isComment = head.AsSpan(end).LastIndexOf("//") is var comment and >= 0 && head.AsSpan(end + comment).IndexOfAny('\n', '\r') < 0;
        if (isComment || tokens.Count == 0 || end < offset) return new CursorText(head, tokens, new SourceSpan(offset, 0), isComment);
        var last = tokens[^1];
        if (last.Kind is not (TokenKind.Identifier or TokenKind.Number or TokenKind.UnterminatedString)) return new CursorText(head, tokens, new SourceSpan(offset, 0), isMute: false);
        tokens.RemoveAt(tokens.Count - 1);
        // The id behind `Action::` is proposed with its quotes; no other string is guessed.
        var isId = last.Kind == TokenKind.UnterminatedString && tokens is [.., { Kind: TokenKind.DoubleColon }];
        return new CursorText(head, tokens, last.Span, isMute: last.Kind == TokenKind.Number || (last.Kind == TokenKind.UnterminatedString && !isId));
    }

    private int FindScopeEnd()
    {
        EffectIndex = Enumerable.Range(0, Count).Where(i => Text(i) is "permit" or "forbid" && Kind(i - 1) != TokenKind.At).Append(-1).First();
        if (EffectIndex < 0) return -1;
        var depth = 0;
        for (var i = EffectIndex + 1; i < Count; i++)
        {
            if (Kind(i) == TokenKind.OpenParenthesis) depth++;
            else if (Kind(i) == TokenKind.CloseParenthesis && --depth <= 0) return i;
        }
        return -1;
    }
}
