using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>[a, b]</c> with something in it that the request decides.</summary>
internal sealed class SetNode(SourceSpan span, Node[] elements) : Node(span)
{
    public override Operand Evaluate(Frame frame)
    {
        var values = new CedarValue[elements.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = elements[i].Evaluate(frame);
            if (value.IsNone) return default;
            values[i] = value.ToValue();
        }
        return SetValue.Create(values);
    }
}

/// <summary><c>{a: 1}</c> with something in it that the request decides.</summary>
internal sealed class RecordNode(SourceSpan span, KeyValuePair<string, Node>[] attributes) : Node(span)
{
    public override Operand Evaluate(Frame frame)
    {
        var values = new (string, CedarValue)[attributes.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = attributes[i].Value.Evaluate(frame);
            if (value.IsNone) return default;
            values[i] = (attributes[i].Key, value.ToValue());
        }
        return RecordValue.Create(values);
    }
}
