using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>Comparisons, <c>in</c>, <c>has</c>, <c>like</c> and <c>is</c>, of which one may stand between two sums.</summary>
internal sealed class RelationParser(TokenReader reader, SumParser sums)
{
    public Expression? Parse()
    {
        var start = reader.Current.Start;
        if (sums.Parse() is not { } left) return null;
        if (CurrentOperator() is { } operation)
        {
            reader.Take();
            return sums.Parse() is { } right ? AsLast(new BinaryExpression(operation, left, right) { Span = From(start) }) : null;
        }
        if (reader.TryTakeWord("has")) return AsLast(ParseHas(left, start));
        if (reader.TryTakeWord("like")) return AsLast(ParseLike(left, start));
        if (reader.TryTakeWord("is")) return AsLast(ParseIs(left, start));
        if (!reader.Is(TokenKind.Assign)) return left;
        reader.FailAtCurrent("an operator", "Equality is written as ==.");
        return null;
    }

    private BinaryOperator? CurrentOperator() => reader.Current.Kind switch
    {
        TokenKind.Equal => BinaryOperator.Equal,
        TokenKind.NotEqual => BinaryOperator.NotEqual,
        TokenKind.Less => BinaryOperator.Less,
        TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
        TokenKind.Greater => BinaryOperator.Greater,
        TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
        TokenKind.Identifier when reader.IsWord("in") => BinaryOperator.In,
        _ => null,
    };

    private Expression? AsLast(Expression? relation)
    {
        if (relation is null) return null;
        if (CurrentOperator() is null && !reader.IsWord("has") && !reader.IsWord("like") && !reader.IsWord("is")) return relation;
        const string Hint = "Put parentheses around one of them, or join them with &&.";
        reader.Fail(reader.Current.Span, "Comparisons cannot follow one another.", Hint);
        return null;
    }

    private HasExpression? ParseHas(Expression target, int start)
    {
        var path = new List<string>();
        if (reader.Is(TokenKind.String))
        {
            if (reader.TakeString() is not { } name) return null;
            path.Add(name);
        }
        else
        {
            do
            {
                if (!reader.ExpectIdentifier("an attribute", out var name)) return null;
                path.Add(name);
            }
            while (reader.TryTake(TokenKind.Dot));
        }
        return new HasExpression(target, path) { Span = From(start) };
    }

    private LikeExpression? ParseLike(Expression target, int start)
    {
        if (!reader.Is(TokenKind.String))
        {
            reader.FailAtCurrent("a pattern", "The pattern of `like` is a string written out, with * for any characters.");
            return null;
        }
        var token = reader.Take();
        if (Escapes.TryReadPattern(reader.TextOf(token)[1..^1], out var pieces, out var problem))
            return new LikeExpression(target, new LikePattern(pieces)) { Span = From(start) };
        reader.Fail(new SourceSpan(token.Start + 1 + problem.Span.Start, problem.Span.Length), problem.Message);
        return null;
    }

    private IsExpression? ParseIs(Expression target, int start)
    {
        if (NameParser.ParseTypeName(reader) is not { } type) return null;
        if (!reader.TryTakeWord("in")) return new IsExpression(target, type, null) { Span = From(start) };
        return sums.Parse() is { } ancestor ? new IsExpression(target, type, ancestor) { Span = From(start) } : null;
    }

    private SourceSpan From(int start) => SourceSpan.Between(start, reader.LastEnd);
}
