using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>a in b</c></summary>
internal sealed class InNode(SourceSpan span, Node left, Node right) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var a = left.Evaluate(frame);
        if (a.IsNone) return Truth.Error;
        var b = right.Evaluate(frame);
        if (b.IsNone) return Truth.Error;
        return a.Reference is EntityValue entity
            ? In(frame, Span, entity, b)
            : frame.FailTest(Span, FailureCause.Operator, a.TypeName, b.TypeName, BinaryOperator.In.Name());
    }

    public static Truth In(Frame frame, SourceSpan span, EntityValue entity, in Operand ancestors)
    {
        if (ancestors.Reference is EntityValue one) return Truths.From(frame.IsIn(entity, one));
        if (ancestors.Reference is not SetValue set) return frame.FailTest(span, FailureCause.InTarget, ancestors.TypeName);
        // One element that is no entity spoils the whole question, even when another matches.
        foreach (var element in set.Elements)
            if (element is not EntityValue) return frame.FailTest(span, FailureCause.InElement, element.TypeName);
        foreach (var element in set.Elements)
            if (frame.IsIn(entity, (EntityValue)element)) return Truth.True;
        return Truth.False;
    }
}

/// <summary><c>a is Type</c>, and with <c>in</c> also below another, which is evaluated only when the type is right.</summary>
internal sealed class IsNode(SourceSpan span, Node target, string type, Node? above) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var value = target.Evaluate(frame);
        if (value.Reference is not EntityValue entity)
            return value.IsNone ? Truth.Error : frame.FailTest(target.Span, FailureCause.Needed, "entity", value.TypeName);
        if (entity.Uid.Type != type) return Truth.False;
        if (above is null) return Truth.True;
        var ancestors = above.Evaluate(frame);
        return ancestors.IsNone ? Truth.Error : InNode.In(frame, Span, entity, ancestors);
    }
}
