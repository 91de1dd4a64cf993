namespace Doorward.Cedar.Syntax;

/// <summary>
/// An expression of a policy, as a tree that cannot be changed. Chains of one operator (<c>a &amp;&amp; b &amp;&amp; c</c>) are one
/// node with many operands, and the parser bounds <see cref="Height"/>, so that walking a tree never exhausts the stack.
/// </summary>
public abstract record Expression
{
    private protected Expression()
    {
    }

    /// <summary>Where the expression stands in the text it was read from.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>The number of nodes on the longest way down.</summary>
    internal abstract int Height { get; }

    /// <summary>The expressions directly below, in the order of evaluation.</summary>
    public abstract IEnumerable<Expression> Children { get; }

    /// <summary>Cedar syntax; reading it again gives an expression of the same meaning.</summary>
    public sealed override string ToString() => ExpressionWriter.Write(this);

    private protected static int Above(params ReadOnlySpan<Expression?> children)
    {
        var highest = 0;
        foreach (var child in children) highest = Math.Max(highest, child?.Height ?? 0);
        return highest + 1;
    }

    private protected static int Above(IEnumerable<Expression> children)
    {
        var highest = 0;
        foreach (var child in children) highest = Math.Max(highest, child.Height);
        return highest + 1;
    }
}
