using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>a == b</c> and <c>a != b</c>, which never error by themselves.</summary>
internal sealed class EqualNode(SourceSpan span, Node left, Node right, bool wanted) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var a = left.Evaluate(frame);
        if (a.IsNone) return Truth.Error;
        var b = right.Evaluate(frame);
        return b.IsNone ? Truth.Error : Truths.From(a.Is(b) == wanted);
    }
}

/// <summary><c>a &lt; b</c> and the like, on integers, datetimes and durations.</summary>
internal sealed class OrderNode(SourceSpan span, BinaryOperator operation, Node left, Node right) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var a = left.Evaluate(frame);
        if (a.IsNone) return Truth.Error;
        var b = right.Evaluate(frame);
        if (b.IsNone) return Truth.Error;
        if (a.TryGetNumber(out var x) is { } kind && ReferenceEquals(kind, b.TryGetNumber(out var y)) && !ReferenceEquals(kind, NumberKind.Decimal))
        {
            return Truths.From(operation switch
            {
                BinaryOperator.Less => x < y,
                BinaryOperator.LessOrEqual => x <= y,
                BinaryOperator.Greater => x > y,
                _ => x >= y,
            });
        }
        return frame.FailTest(Span, FailureCause.Operator, a.TypeName, b.TypeName, operation.Name());
    }
}
