using System.Diagnostics.CodeAnalysis;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>
/// The parsers' common ground: the current token and the one behind it, the depth, and the errors so far. A parser method that
/// fails reports one error and returns null, and its callers return null at once.
/// </summary>
internal sealed class TokenReader
{
    private readonly Lexer _lexer;
    private readonly List<ParseError> _errors = [];
    private int _depth;

    public TokenReader(SourceText source, ParserOptions options)
    {
        (Source, Options) = (source, options);
        _lexer = new Lexer(source.Text);
        Current = _lexer.Next();
        Following = _lexer.Next();
    }

    public SourceText Source { get; }

    public ParserOptions Options { get; }

    public Token Current { get; private set; }

    public Token Following { get; private set; }

    /// <summary>Where the last taken token ended.</summary>
    public int LastEnd { get; private set; }

    public IReadOnlyList<ParseError> Errors => _errors;

    public bool Is(TokenKind kind) => Current.Kind == kind;

    public bool IsWord(string word) => Current.Kind == TokenKind.Identifier && TextOf(Current).SequenceEqual(word);

    public ReadOnlySpan<char> TextOf(Token token) => Source.Text.AsSpan(token.Start, token.Length);

    public Token Take()
    {
        var token = Current;
        LastEnd = token.End;
        Current = Following;
        Following = _lexer.Next();
        return token;
    }

    public bool TryTake(TokenKind kind)
    {
        if (!Is(kind)) return false;
        Take();
        return true;
    }

    public bool TryTakeWord(string word)
    {
        if (!IsWord(word)) return false;
        Take();
        return true;
    }

    public bool Expect(TokenKind kind, string what, string? hint = null)
    {
        if (TryTake(kind)) return true;
        FailAtCurrent(what, hint);
        return false;
    }

    /// <summary>Takes a name that policies may choose: an identifier that is not reserved.</summary>
    public bool ExpectIdentifier(string what, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!Is(TokenKind.Identifier))
        {
            FailAtCurrent(what);
            return false;
        }
        var text = TextOf(Current);
        if (CedarText.IsReserved(text))
        {
            Fail(Current.Span, $"`{text}` is a reserved word and cannot be {what}.", "Attributes of that name are written as [\"...\"].");
            return false;
        }
        name = text.ToString();
        Take();
        return true;
    }

    /// <summary>The content of the current string token, which is taken.</summary>
    public string? TakeString()
    {
        var token = Take();
        var raw = Source.Text.AsSpan(token.Start + 1, token.Length - 2);
        if (Escapes.TryUnescape(raw, out var value, out var problem)) return value;
        Fail(new SourceSpan(token.Start + 1 + problem.Span.Start, problem.Span.Length), problem.Message);
        return null;
    }

    /// <summary>Goes one nesting deeper; false, with an error, when that is too deep.</summary>
    public bool TryDescend()
    {
        if (_depth == Options.MaxDepth)
        {
            FailAsTooDeep(Current.Span);
            return false;
        }
        _depth++;
        return true;
    }

    public void Ascend() => _depth--;

    /// <summary>Passes an expression on unless its tree is too high to walk safely.</summary>
    public Expression? Bounded(Expression expression)
    {
        if (expression.Height <= Options.MaxHeight) return expression;
        FailAsTooDeep(expression.Span);
        return null;
    }

    public void Fail(SourceSpan span, string message, string? hint = null) =>
        _errors.Add(new ParseError(message, Source.Locate(span), hint));

    /// <summary>Reports that something else stands where <paramref name="expected"/> should.</summary>
    public void FailAtCurrent(string expected, string? hint = null)
    {
        var (message, ownHint) = Current.Kind switch
        {
            TokenKind.UnterminatedString => ("This string is not closed.", "Put a quotation mark behind its last character."),
            TokenKind.Unexpected => ($"The character {CedarText.Quote(TextOf(Current).ToString())} has no meaning here.", null),
            TokenKind.End => ($"The text ends where {expected} should stand.", null),
            _ => ($"Expected {expected}, found `{Shorten(TextOf(Current))}`.", (string?)null),
        };
        Fail(Current.Span, message, hint ?? ownHint);
    }

    /// <summary>Skips to behind the next semicolon, where the next policy can be read.</summary>
    public void Recover()
    {
        _depth = 0;
        while (!Is(TokenKind.End) && !Is(TokenKind.Semicolon)) Take();
        TryTake(TokenKind.Semicolon);
    }

    private void FailAsTooDeep(SourceSpan span) =>
        Fail(span, $"This is nested more than {Options.MaxDepth} levels deep.", "Split the condition into several clauses or policies.");

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}...";
}
