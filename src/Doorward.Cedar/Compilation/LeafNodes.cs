using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary>A value that is known beforehand.</summary>
internal sealed class ConstantNode(SourceSpan span, CedarValue value) : Node(span)
{
    public CedarValue Value => value;

    public override Operand Evaluate(Frame frame) => value;
}

/// <summary><c>principal</c></summary>
internal sealed class PrincipalNode(SourceSpan span) : Node(span)
{
    public override Operand Evaluate(Frame frame) => frame.Principal.Name;
}

/// <summary><c>action</c></summary>
internal sealed class ActionNode(SourceSpan span) : Node(span)
{
    public override Operand Evaluate(Frame frame) => frame.Action.Name;
}

/// <summary><c>resource</c></summary>
internal sealed class ResourceNode(SourceSpan span) : Node(span)
{
    public override Operand Evaluate(Frame frame) => frame.Resource.Name;
}

/// <summary><c>context</c></summary>
internal sealed class ContextNode(SourceSpan span) : Node(span)
{
    public override Operand Evaluate(Frame frame) => frame.Context;
}
