using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Formatting;

/// <summary>
/// What stands in brackets: on one line if it fits and has no comments, else broken where it binds least: at commas, the parts of a
/// conditional, `||`, `&amp;&amp;`. The way down is as deep as brackets nest, which the parser bounds.
/// </summary>
internal sealed class ExpressionLayout
{
    private const int Width = 100;

    private readonly List<FormatToken> _tokens;
    private readonly FormatWriter _writer;

    // Of every opening bracket where it closes, and of every token how long the text up to it would be on one line.
    private readonly int[] _closes;
    private readonly int[] _lengths;
    private readonly int[] _comments;

    public ExpressionLayout(List<FormatToken> tokens, FormatWriter writer)
    {
        (_tokens, _writer) = (tokens, writer);
        _closes = new int[tokens.Count];
        _lengths = new int[tokens.Count + 1];
        _comments = new int[tokens.Count + 1];
        var open = new Stack<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (IsOpen(tokens[i])) open.Push(i);
            else if (IsClose(tokens[i])) _closes[open.Pop()] = i;
            _lengths[i + 1] = _lengths[i] + tokens[i].Text.Length + (i > 0 && HasSpace(i) ? 1 : 0);
            _comments[i + 1] = _comments[i] + (tokens[i].HasComment ? 1 : 0);
        }
    }

    public int EndOf(int open) => _closes[open];

    /// <summary>Writes a bracket with what is in it; braces of clauses have spaces inside.</summary>
    public void WriteBracket(int open, bool withSpace)
    {
        var close = _closes[open];
        var padding = IsClause(open) ? 2 : 0;
        // Behind the bracket at least one sign more will stand.
        if (_comments[close] == _comments[open] && _tokens[close].Before.Count == 0 && _writer.Column + 2 + _lengths[close + 1] - _lengths[open] + padding <= Width)
        {
            for (var i = open; i <= close; i++) _writer.Write(_tokens[i], i == open ? withSpace : HasSpace(i));
            return;
        }
        _writer.Write(_tokens[open], withSpace);
        _writer.NewLine();
        _writer.Indent();
        WriteBroken(open + 1, close);
        _writer.Outdent();
        _writer.NewLine();
        _writer.Write(_tokens[close], withSpace: false);
    }

    // The tokens from start up to end, each part on a line of its own.
    private void WriteBroken(int start, int end)
    {
        foreach (var (first, behind) in PartsOf(start, end))
        {
            _writer.NewLine();
            var fits = _comments[behind] == _comments[first] && _writer.Margin + _lengths[behind] - _lengths[first] <= Width;
            if (fits || (first == start && behind == end)) WriteLine(first, behind);
            else WriteBroken(first, behind);
        }
    }

    private void WriteLine(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            var withSpace = i > start && HasSpace(i);
            if (!IsOpen(_tokens[i])) _writer.Write(_tokens[i], withSpace);
            else
            {
                WriteBracket(i, withSpace);
                i = _closes[i];
            }
        }
    }

    private List<(int First, int Behind)> PartsOf(int start, int end)
    {
        var separator = Separator(start, end);
        var parts = new List<(int, int)>();
        var first = start;
        for (var i = start; i < end; i++)
        {
            // `then` and `else` begin their lines, operators and commas end them.
            var isBegin = separator == TokenKind.Identifier && i > start && _tokens[i] is { Kind: TokenKind.Identifier, Text: "then" or "else" } && IsOwn(i, start);
            if (isBegin)
            {
                parts.Add((first, i));
                first = i;
            }
            else if (separator != TokenKind.Identifier && _tokens[i].Kind == separator)
            {
                parts.Add((first, i + 1));
                first = i + 1;
            }
            if (IsOpen(_tokens[i])) i = _closes[i];
        }
        if (first < end) parts.Add((first, end));
        return parts;
    }

    // What binds least of what stands outside of inner brackets; a conditional takes all behind it.
    private TokenKind Separator(int start, int end)
    {
        var found = TokenKind.End;
        for (var i = start; i < end; i++)
        {
            var kind = _tokens[i].Kind;
            if (kind == TokenKind.Comma) return kind;
            if (_tokens[i] is { Kind: TokenKind.Identifier, Text: "if" } && found == TokenKind.End && i == start) found = TokenKind.Identifier;
            if (found != TokenKind.Identifier && (kind == TokenKind.Or || (kind == TokenKind.And && found != TokenKind.Or))) found = kind;
            if (IsOpen(_tokens[i])) i = _closes[i];
        }
        return found;
    }

    // Whether a `then` or `else` belongs to the conditional that begins at start and not to one inside of it.
    private bool IsOwn(int at, int start)
    {
        var depth = 0;
        for (var i = start + 1; i < at; i++)
        {
            if (IsOpen(_tokens[i])) i = _closes[i];
            else if (_tokens[i] is { Kind: TokenKind.Identifier, Text: "if" }) depth++;
            else if (_tokens[i] is { Kind: TokenKind.Identifier, Text: "else" } && depth > 0) depth--;
        }
        return depth == 0;
    }

    private bool HasSpace(int i) => IsClauseEdge(i) || Spacing.IsBetween(i > 1 ? _tokens[i - 2] : null, _tokens[i - 1], _tokens[i]);

    private bool IsClauseEdge(int i) => (_tokens[i - 1].Kind == TokenKind.OpenBrace && IsClause(i - 1))
        || (_tokens[i].Kind == TokenKind.CloseBrace && _tokens[i + 1] is { Kind: TokenKind.Semicolon } or { Kind: TokenKind.Identifier, Text: "when" or "unless" });

    private bool IsClause(int open) => open > 0 && _tokens[open].Kind == TokenKind.OpenBrace && _tokens[open - 1] is { Kind: TokenKind.Identifier, Text: "when" or "unless" };

    private static bool IsOpen(FormatToken token) => token.Kind is TokenKind.OpenParenthesis or TokenKind.OpenBracket or TokenKind.OpenBrace;

    private static bool IsClose(FormatToken token) => token.Kind is TokenKind.CloseParenthesis or TokenKind.CloseBracket or TokenKind.CloseBrace;
}
