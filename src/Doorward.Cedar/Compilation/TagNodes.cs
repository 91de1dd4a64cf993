using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>entity.hasTag(name)</c></summary>
internal sealed class HasTagNode(SourceSpan span, Node target, Node tag) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var left = target.Evaluate(frame);
        if (left.IsNone) return Truth.Error;
        var right = tag.Evaluate(frame);
        if (right.IsNone) return Truth.Error;
        if (left.Reference is EntityValue entity && right.Reference is StringValue name)
            return Truths.From(frame.Find(entity)?.Tags?.Contains(name.Value) == true);
        return frame.FailTest(Span, FailureCause.Operator, left.TypeName, right.TypeName, BinaryOperator.HasTag.Name());
    }
}

/// <summary><c>entity.getTag(name)</c></summary>
internal sealed class GetTagNode(SourceSpan span, Node target, Node tag) : Node(span)
{
    public override Operand Evaluate(Frame frame)
    {
        var left = target.Evaluate(frame);
        if (left.IsNone) return default;
        var right = tag.Evaluate(frame);
        if (right.IsNone) return default;
        if (left.Reference is not EntityValue entity || right.Reference is not StringValue name)
            return frame.Fail(Span, FailureCause.Operator, left.TypeName, right.TypeName, BinaryOperator.GetTag.Name());
        if (frame.Find(entity)?.Tags is { } tags && tags.TryGet(name.Value, out var value)) return value;
        return frame.Fail(Span, FailureCause.MissingTag, entity.Uid.Type);
    }
}
