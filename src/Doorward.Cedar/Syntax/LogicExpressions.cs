namespace Doorward.Cedar.Syntax;

/// <summary><c>a &amp;&amp; b &amp;&amp; c</c>: stops at the first operand that is false.</summary>
public sealed record AndExpression(IReadOnlyList<Expression> Operands) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => Operands;

    internal override int Height { get; } = Above(Operands);
}

/// <summary><c>a || b || c</c>: stops at the first operand that is true.</summary>
public sealed record OrExpression(IReadOnlyList<Expression> Operands) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => Operands;

    internal override int Height { get; } = Above(Operands);
}

/// <summary><c>!a</c>.</summary>
public sealed record NotExpression(Expression Operand) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Operand];

    internal override int Height { get; } = Above(Operand);
}

/// <summary><c>if a then b else c</c>.</summary>
public sealed record IfExpression(Expression Condition, Expression Then, Expression Else) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Condition, Then, Else];

    internal override int Height { get; } = Above(Condition, Then, Else);
}
