using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary>
/// An expression made ready to be evaluated many times. Evaluation makes no objects where the value is a truth, a number, or one that
/// is already there, and goes as deep as the expression is high, which the parser bounds.
/// </summary>
internal abstract class Node(SourceSpan span)
{
    public SourceSpan Span { get; } = span;

    /// <summary>The value, or nothing, and then the frame knows why.</summary>
    public abstract Operand Evaluate(Frame frame);

    /// <summary>The value of an expression that must be a bool.</summary>
    public virtual Truth Test(Frame frame)
    {
        var value = Evaluate(frame);
        if (ReferenceEquals(value.Reference, BooleanValue.True)) return Truth.True;
        if (ReferenceEquals(value.Reference, BooleanValue.False)) return Truth.False;
        return value.IsNone ? Truth.Error : frame.FailTest(Span, FailureCause.Needed, "bool", value.TypeName);
    }

    /// <summary>The value of an expression that must be an integer; false when it is none, and then the frame knows why.</summary>
    public bool TryCount(Frame frame, out long number)
    {
        var value = Evaluate(frame);
        if (value.TryGetLong(out number)) return true;
        if (!value.IsNone) frame.Fail(Span, FailureCause.Needed, "long", value.TypeName);
        return false;
    }
}

/// <summary>An expression that is a bool if it is anything.</summary>
internal abstract class TestNode(SourceSpan span) : Node(span)
{
    public abstract override Truth Test(Frame frame);

    public sealed override Operand Evaluate(Frame frame) => Test(frame) switch
    {
        Truth.True => BooleanValue.True,
        Truth.False => BooleanValue.False,
        _ => default(Operand),
    };
}
