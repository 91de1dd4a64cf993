using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>Conditionals, <c>||</c> and <c>&amp;&amp;</c>. Chains of one operator become one node, here and below.</summary>
internal sealed class ExpressionParser
{
    private readonly TokenReader _reader;
    private readonly RelationParser _relations;

    public ExpressionParser(TokenReader reader)
    {
        _reader = reader;
        _relations = new RelationParser(reader, new SumParser(reader, new MemberParser(reader, this)));
    }

    public Expression? Parse()
    {
        if (!_reader.TryDescend()) return null;
        var expression = _reader.IsWord("if") ? ParseIf() : ParseOr();
        _reader.Ascend();
        return expression is null ? null : _reader.Bounded(expression);
    }

    /// <summary>Expressions separated by commas, up to and with the closing token; a comma may stand behind the last.</summary>
    public List<Expression>? ParseList(TokenKind end, string closing)
    {
        var list = new List<Expression>();
        while (!_reader.TryTake(end))
        {
            if (Parse() is not { } element) return null;
            list.Add(element);
            if (!_reader.TryTake(TokenKind.Comma) && !_reader.Is(end))
            {
                _reader.FailAtCurrent($"`,` or {closing}");
                return null;
            }
        }
        return list;
    }

    private IfExpression? ParseIf()
    {
        var start = _reader.Take().Start;
        if (Parse() is not { } condition || !ExpectWord("then")) return null;
        if (Parse() is not { } then || !ExpectWord("else")) return null;
        return Parse() is { } otherwise ? new IfExpression(condition, then, otherwise) { Span = From(start) } : null;
    }

    private bool ExpectWord(string word)
    {
        if (_reader.TryTakeWord(word)) return true;
        _reader.FailAtCurrent($"`{word}`", "A conditional is written as if .. then .. else ..; it always has all three parts.");
        return false;
    }

    private Expression? ParseOr()
    {
        var start = _reader.Current.Start;
        var first = ParseAnd();
        if (first is null || !_reader.Is(TokenKind.Or)) return first;
        var operands = new List<Expression> { first };
        while (_reader.TryTake(TokenKind.Or))
        {
            if (ParseAnd() is not { } operand) return null;
            operands.Add(operand);
        }
        return new OrExpression(operands) { Span = From(start) };
    }

    private Expression? ParseAnd()
    {
        var start = _reader.Current.Start;
        var first = _relations.Parse();
        if (first is null || !_reader.Is(TokenKind.And)) return first;
        var operands = new List<Expression> { first };
        while (_reader.TryTake(TokenKind.And))
        {
            if (_relations.Parse() is not { } operand) return null;
            operands.Add(operand);
        }
        return new AndExpression(operands) { Span = From(start) };
    }

    private SourceSpan From(int start) => SourceSpan.Between(start, _reader.LastEnd);
}
