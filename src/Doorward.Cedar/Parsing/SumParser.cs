using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>Sums, products and signs.</summary>
internal sealed class SumParser(TokenReader reader, MemberParser members)
{
    private const int MaxSigns = 4;

    public Expression? Parse()
    {
        var start = reader.Current.Start;
        var first = ParseProduct();
        if (first is null || !(reader.Is(TokenKind.Plus) || reader.Is(TokenKind.Minus))) return first;
        var terms = new List<SumTerm>();
        while (reader.Is(TokenKind.Plus) || reader.Is(TokenKind.Minus))
        {
            var isSubtracted = reader.Take().Kind == TokenKind.Minus;
            if (ParseProduct() is not { } operand) return null;
            terms.Add(new SumTerm(isSubtracted, operand));
        }
        return new SumExpression(first, terms) { Span = From(start) };
    }

    private Expression? ParseProduct()
    {
        var start = reader.Current.Start;
        if (ParseSigned() is not { } first) return null;
        var factors = new List<Expression>(1) { first };
        while (reader.TryTake(TokenKind.Star))
        {
            if (ParseSigned() is not { } factor) return null;
            factors.Add(factor);
        }
        if (!reader.Is(TokenKind.Slash) && !reader.Is(TokenKind.Percent))
            return factors.Count == 1 ? first : new ProductExpression(factors) { Span = From(start) };
        reader.Fail(reader.Current.Span, "Cedar has no division and no remainder.", "Multiply the other side of the comparison instead.");
        return null;
    }

    private Expression? ParseSigned()
    {
        var start = reader.Current.Start;
        var sign = reader.Current.Kind;
        if (sign is not (TokenKind.Not or TokenKind.Minus)) return members.Parse();
        var count = 0;
        while (reader.TryTake(sign)) count++;
        if (count > MaxSigns)
        {
            reader.Fail(From(start), $"At most {MaxSigns} signs may follow one another.");
            return null;
        }
        var operand = sign == TokenKind.Minus && IsBareNumber() ? members.ParseNumber(start + --count, isNegative: true) : members.Parse();
        for (; operand is not null && count > 0; count--)
        {
            operand = sign == TokenKind.Not
                ? new NotExpression(operand) { Span = From(start) }
                : new NegateExpression(operand) { Span = From(start) };
        }
        return operand;
    }

    // Only with nothing behind it does the last minus belong to the number: -9223372036854775808 is one, without it there is none.
    private bool IsBareNumber() => reader.Is(TokenKind.Number) && reader.Following.Kind is not (TokenKind.Dot or TokenKind.OpenBracket);

    private SourceSpan From(int start) => SourceSpan.Between(start, reader.LastEnd);
}
