using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Analysis;

/// <summary>The integers from one to another, both included; wider than 64 bits, so that one more and one less always fit.</summary>
internal readonly record struct Range(Int128 Least, Int128 Most)
{
    public static Range All { get; } = new(long.MinValue, long.MaxValue);

    public bool IsEmpty => Least > Most;

    public Range Within(Range other) => new(Int128.Max(Least, other.Least), Int128.Min(Most, other.Most));

    public bool Contains(Range other) => other.Least >= Least && other.Most <= Most;

    /// <summary>The range in which a demand keeps an expression, when it compares it with a number written out.</summary>
    public static (string Text, Range Range)? Of(Demand demand)
    {
        if (demand.Expression is not BinaryExpression { Operator: <= BinaryOperator.GreaterOrEqual } binary) return null;
        var (operation, of, number) = binary switch
        {
            { Left: not LiteralExpression, Right: LiteralExpression { Value: LongValue right } } => (binary.Operator, binary.Left, right.Value),
            { Left: LiteralExpression { Value: LongValue left }, Right: not LiteralExpression } => (Mirrored(binary.Operator), binary.Right, left.Value),
            _ => (default, null, 0),
        };
        if (of is null) return null;
        Range? range = (operation, demand.Expected) switch
        {
            (BinaryOperator.Equal, true) => new Range(number, number),
            (BinaryOperator.Less, true) or (BinaryOperator.GreaterOrEqual, false) => new Range(long.MinValue, (Int128)number - 1),
            (BinaryOperator.LessOrEqual, true) or (BinaryOperator.Greater, false) => new Range(long.MinValue, number),
            (BinaryOperator.Greater, true) or (BinaryOperator.LessOrEqual, false) => new Range((Int128)number + 1, long.MaxValue),
            (BinaryOperator.GreaterOrEqual, true) or (BinaryOperator.Less, false) => new Range(number, long.MaxValue),
            _ => null,
        };
        return range is { } found ? (of.ToString(), found) : null;
    }

    private static BinaryOperator Mirrored(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Less => BinaryOperator.Greater,
        BinaryOperator.LessOrEqual => BinaryOperator.GreaterOrEqual,
        BinaryOperator.Greater => BinaryOperator.Less,
        BinaryOperator.GreaterOrEqual => BinaryOperator.LessOrEqual,
        _ => operation,
    };
}
