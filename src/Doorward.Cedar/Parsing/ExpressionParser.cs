using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>The levels of the expression grammar from <c>if</c> down to signs; chains of one operator become one node.</summary>
internal sealed class ExpressionParser
{
    private const int MaxSigns = 4;

    private readonly TokenReader _reader;
    private readonly MemberParser _members;

    public ExpressionParser(TokenReader reader)
    {
        _reader = reader;
        _members = new MemberParser(reader, this);
    }

    public Expression? Parse()
    {
        if (!_reader.TryDescend()) return null;
        var expression = _reader.IsWord("if") ? ParseIf() : ParseOr();
        _reader.Ascend();
        return expression is null ? null : _reader.Bounded(expression);
    }

    private IfExpression? ParseIf()
    {
        var start = _reader.Take().Start;
        if (Parse() is not { } condition || !ExpectWord("then") || Parse() is not { } then || !ExpectWord("else") || Parse() is not { } otherwise) return null;
        return new IfExpression(condition, then, otherwise) { Span = From(start) };
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
        var first = ParseRelation();
        if (first is null || !_reader.Is(TokenKind.And)) return first;
        var operands = new List<Expression> { first };
        while (_reader.TryTake(TokenKind.And))
        {
            if (ParseRelation() is not { } operand) return null;
            operands.Add(operand);
        }
        return new AndExpression(operands) { Span = From(start) };
    }

    private Expression? ParseRelation()
    {
        var start = _reader.Current.Start;
        if (ParseSum() is not { } left) return null;
        if (RelationOperator() is { } operation)
        {
            _reader.Take();
            if (ParseSum() is not { } right) return null;
            return EndOfRelation(new BinaryExpression(operation, left, right) { Span = From(start) });
        }
        if (_reader.TryTakeWord("has")) return EndOfRelation(ParseHas(left, start));
        if (_reader.TryTakeWord("like")) return EndOfRelation(ParseLike(left, start));
        if (_reader.TryTakeWord("is")) return EndOfRelation(ParseIs(left, start));
        if (!_reader.Is(TokenKind.Assign)) return left;
        _reader.FailAtCurrent("an operator", "Equality is written as ==.");
        return null;
    }

    private BinaryOperator? RelationOperator() => _reader.Current.Kind switch
    {
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.Identifier when _reader.IsWord("in") => BinaryOperator.In,
        _ => null,
    };

    private Expression? EndOfRelation(Expression? relation)
    {
        if (relation is null) return null;
        if (RelationOperator() is null && !_reader.IsWord("has") && !_reader.IsWord("like") && !_reader.IsWord("is")) return relation;
        _reader.Fail(_reader.Current.Span, "Comparisons cannot follow one another.", "Put parentheses around one of them, or join them with &&.");
        return null;
    }

    private HasExpression? ParseHas(Expression target, int start)
    {
        var path = new List<string>();
        if (_reader.Is(TokenKind.String))
        {
            if (_reader.TakeString() is not { } name) return null;
            path.Add(name);
        }
        else
        {
            do
            {
                if (!_reader.ExpectIdentifier("an attribute", out var name)) return null;
                path.Add(name);
            }
            while (_reader.TryTake(TokenKind.Dot));
        }
        return new HasExpression(target, path) { Span = From(start) };
    }

    private LikeExpression? ParseLike(Expression target, int start)
    {
        if (!_reader.Is(TokenKind.String))
        {
            _reader.FailAtCurrent("a pattern", "The pattern of `like` is a string written out, with * for any characters.");
            return null;
        }
        var token = _reader.Take();
        if (Escapes.TryReadPattern(_reader.TextOf(token)[1..^1], out var pieces, out var problem))
            return new LikeExpression(target, new LikePattern(pieces)) { Span = From(start) };
        _reader.Fail(new SourceSpan(token.Start + 1 + problem.Span.Start, problem.Span.Length), problem.Message);
        return null;
    }

    private IsExpression? ParseIs(Expression target, int start)
    {
        if (NameParser.ParseTypeName(_reader) is not { } type) return null;
        Expression? ancestor = null;
        if (_reader.TryTakeWord("in"))
        {
            ancestor = ParseSum();
            if (ancestor is null) return null;
        }
        return new IsExpression(target, type, ancestor) { Span = From(start) };
    }

    private Expression? ParseSum()
    {
        var start = _reader.Current.Start;
        var first = ParseProduct();
        if (first is null || !(_reader.Is(TokenKind.Plus) || _reader.Is(TokenKind.Minus))) return first;
        var terms = new List<SumTerm>();
        while (_reader.Is(TokenKind.Plus) || _reader.Is(TokenKind.Minus))
        {
            var isSubtracted = _reader.Take().Kind == TokenKind.Minus;
            if (ParseProduct() is not { } operand) return null;
            terms.Add(new SumTerm(isSubtracted, operand));
        }
        return new SumExpression(first, terms) { Span = From(start) };
    }

    private Expression? ParseProduct()
    {
        var start = _reader.Current.Start;
        if (ParseSigned() is not { } first) return null;
        var factors = new List<Expression> { first };
        while (_reader.TryTake(TokenKind.Star))
        {
            if (ParseSigned() is not { } factor) return null;
            factors.Add(factor);
        }
        if (!_reader.Is(TokenKind.Slash) && !_reader.Is(TokenKind.Percent))
            return factors.Count == 1 ? first : new ProductExpression(factors) { Span = From(start) };
        _reader.Fail(_reader.Current.Span, "Cedar has no division and no remainder.", "Multiply the other side of the comparison instead.");
        return null;
    }

    private Expression? ParseSigned()
    {
        var start = _reader.Current.Start;
        var sign = _reader.Current.Kind;
        if (sign is not (TokenKind.Not or TokenKind.Minus)) return _members.Parse();
        var count = 0;
        while (_reader.TryTake(sign)) count++;
        if (count > MaxSigns)
        {
            _reader.Fail(From(start), $"At most {MaxSigns} signs may follow one another.");
            return null;
        }
        var isLiteral = sign == TokenKind.Minus && _reader.Is(TokenKind.Number) && _reader.Following.Kind is not (TokenKind.Dot or TokenKind.OpenBracket);
        var operand = isLiteral ? _members.ParseNumber(start + count - 1, isNegative: true) : _members.Parse();
        if (isLiteral) count--;
        for (; operand is not null && count > 0; count--)
            operand = sign == TokenKind.Not ? new NotExpression(operand) { Span = From(start) } : new NegateExpression(operand) { Span = From(start) };
        return operand;
    }

    private SourceSpan From(int start) => SourceSpan.Between(start, _reader.LastEnd);
}
