using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary>One step of a sum.</summary>
internal readonly record struct SumStep(bool IsSubtracted, Node Operand);

/// <summary><c>a + b - c</c></summary>
internal sealed class SumNode(SourceSpan span, Node first, SumStep[] steps) : Node(span)
{
    public override Operand Evaluate(Frame frame)
    {
        if (!first.TryCount(frame, out var total)) return default;
        foreach (var (isSubtracted, operand) in steps)
        {
            if (!operand.TryCount(frame, out var term)) return default;
            var sum = unchecked(isSubtracted ? total - term : total + term);
            // Overflow shows in the signs: of a sum in both being unlike the result's, of a difference in the other way round.
            var isOver = isSubtracted ? ((total ^ term) & (total ^ sum)) < 0 : ((total ^ sum) & (term ^ sum)) < 0;
            if (isOver) return frame.Fail(Span, FailureCause.Overflow);
            total = sum;
        }
        return Operand.Long(total);
    }
}

/// <summary><c>a * b * c</c></summary>
internal sealed class ProductNode(SourceSpan span, Node[] factors) : Node(span)
{
    public override Operand Evaluate(Frame frame)
    {
        if (!factors[0].TryCount(frame, out var total)) return default;
        for (var i = 1; i < factors.Length; i++)
        {
            if (!factors[i].TryCount(frame, out var factor)) return default;
            var high = Math.BigMul(total, factor, out var low);
            if (high != low >> 63) return frame.Fail(Span, FailureCause.Overflow);
            total = low;
        }
        return Operand.Long(total);
    }
}

/// <summary><c>-a</c></summary>
internal sealed class NegateNode(SourceSpan span, Node operand) : Node(span)
{
    public override Operand Evaluate(Frame frame)
    {
        if (!operand.TryCount(frame, out var number)) return default;
        return number == long.MinValue ? frame.Fail(Span, FailureCause.Overflow) : Operand.Long(-number);
    }
}
