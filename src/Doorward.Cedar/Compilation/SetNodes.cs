using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>set.contains(element)</c></summary>
internal sealed class ContainsNode(SourceSpan span, Node set, Node element) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var a = set.Evaluate(frame);
        if (a.IsNone) return Truth.Error;
        var b = element.Evaluate(frame);
        if (b.IsNone) return Truth.Error;
        return a.Reference is SetValue elements
            ? Truths.From(Contains(elements, b))
            : frame.FailTest(Span, FailureCause.Operator, a.TypeName, b.TypeName, BinaryOperator.Contains.Name());
    }

    private static bool Contains(SetValue set, in Operand value)
    {
        if (set.IsIndexed) return set.Contains(value.ToValue());
        foreach (var element in set.Elements)
            if (value.Is(element)) return true;
        return false;
    }
}

/// <summary><c>set.containsAll(other)</c> and <c>set.containsAny(other)</c></summary>
internal sealed class ContainsManyNode(SourceSpan span, BinaryOperator operation, Node left, Node right) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var a = left.Evaluate(frame);
        if (a.IsNone) return Truth.Error;
        var b = right.Evaluate(frame);
        if (b.IsNone) return Truth.Error;
        if (a.Reference is SetValue set && b.Reference is SetValue other)
            return Truths.From(operation == BinaryOperator.ContainsAll ? set.ContainsAll(other) : set.ContainsAny(other));
        return frame.FailTest(Span, FailureCause.Operator, a.TypeName, b.TypeName, operation.Name());
    }
}

/// <summary><c>set.isEmpty()</c></summary>
internal sealed class IsEmptyNode(SourceSpan span, Node operand) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var value = operand.Evaluate(frame);
        if (value.Reference is SetValue set) return Truths.From(set.Count == 0);
        return value.IsNone ? Truth.Error : frame.FailTest(operand.Span, FailureCause.Needed, "set", value.TypeName);
    }
}
