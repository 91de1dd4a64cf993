using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>a &amp;&amp; b</c>: those behind the first that is false are not evaluated.</summary>
internal sealed class AndNode(SourceSpan span, Node[] operands) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        foreach (var operand in operands)
        {
            var truth = operand.Test(frame);
            if (truth != Truth.True) return truth;
        }
        return Truth.True;
    }
}

/// <summary><c>a || b</c>: those behind the first that is true are not evaluated.</summary>
internal sealed class OrNode(SourceSpan span, Node[] operands) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        foreach (var operand in operands)
        {
            var truth = operand.Test(frame);
            if (truth != Truth.False) return truth;
        }
        return Truth.False;
    }
}

/// <summary><c>!a</c></summary>
internal sealed class NotNode(SourceSpan span, Node operand) : TestNode(span)
{
    public override Truth Test(Frame frame) => operand.Test(frame) switch
    {
        Truth.True => Truth.False,
        Truth.False => Truth.True,
        _ => Truth.Error,
    };
}

/// <summary><c>if a then b else c</c></summary>
internal sealed class IfNode(SourceSpan span, Node condition, Node then, Node otherwise) : Node(span)
{
    public override Operand Evaluate(Frame frame) => condition.Test(frame) switch
    {
        Truth.True => then.Evaluate(frame),
        Truth.False => otherwise.Evaluate(frame),
        _ => default,
    };
}
