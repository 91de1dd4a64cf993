using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>target.name</c></summary>
internal sealed class AttributeNode(SourceSpan span, Node target, string name) : Node(span)
{
    private readonly AttributeName _name = new(name);

    public override Operand Evaluate(Frame frame)
    {
        var value = target.Evaluate(frame);
        if (value.Reference is EntityValue entity) return Of(frame, entity);
        if (value.Reference is RecordValue record)
            return _name.In(record) is { } found ? found : frame.Fail(Span, FailureCause.MissingInRecord, null, _name.Name);
        return value.IsNone ? default : frame.Fail(Span, FailureCause.NoAttributes, value.TypeName);
    }

    private Operand Of(Frame frame, EntityValue entity)
    {
        if (frame.Find(entity) is not { } node) return frame.Fail(Span, FailureCause.MissingEntity, entity.Uid.Type, _name.Name);
        return _name.In(node) is { } found ? found : frame.Fail(Span, FailureCause.MissingInEntity, entity.Uid.Type, _name.Name);
    }
}

/// <summary><c>target has a.b.c</c></summary>
internal sealed class HasNode(SourceSpan span, Node target, IEnumerable<string> path) : TestNode(span)
{
    private readonly AttributeName[] _path = [.. path.Select(name => new AttributeName(name))];

    public override Truth Test(Frame frame)
    {
        var value = target.Evaluate(frame);
        if (value.IsNone) return Truth.Error;
        foreach (var name in _path)
        {
            CedarValue? next;
            if (value.Reference is RecordValue record) next = name.In(record);
            else if (value.Reference is EntityValue entity) next = frame.Find(entity) is { } node ? name.In(node) : null;
            else return frame.FailTest(Span, FailureCause.HasTarget, value.TypeName);
            if (next is null) return Truth.False;
            value = next;
        }
        return Truth.True;
    }
}
