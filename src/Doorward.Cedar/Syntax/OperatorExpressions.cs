namespace Doorward.Cedar.Syntax;

/// <summary>Operators and methods on two values.</summary>
public enum BinaryOperator
{
    /// <summary><c>==</c>, which never errors.</summary>
    Equal,

    /// <summary><c>!=</c>, which never errors.</summary>
    NotEqual,

    /// <summary><c>&lt;</c> on integers, datetimes and durations.</summary>
    Less,

    /// <summary><c>&lt;=</c> on integers, datetimes and durations.</summary>
    LessOrEqual,

    /// <summary><c>&gt;</c> on integers, datetimes and durations.</summary>
    Greater,

    /// <summary><c>&gt;=</c> on integers, datetimes and durations.</summary>
    GreaterOrEqual,

    /// <summary><c>in</c>: the entity itself or a descendant of an entity, or of one of a set.</summary>
    In,

    /// <summary><c>.contains(element)</c>.</summary>
    Contains,

    /// <summary><c>.containsAll(set)</c>.</summary>
    ContainsAll,

    /// <summary><c>.containsAny(set)</c>.</summary>
    ContainsAny,

    /// <summary><c>.hasTag(name)</c>.</summary>
    HasTag,

    /// <summary><c>.getTag(name)</c>.</summary>
    GetTag,
}

/// <summary>An operator or method on two values; both sides are evaluated, left first.</summary>
public sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Left, Right];

    internal override int Height { get; } = Above(Left, Right);
}

/// <summary>One step of a sum.</summary>
/// <param name="IsSubtracted">Minus instead of plus.</param>
/// <param name="Operand">What is added or subtracted.</param>
public readonly record struct SumTerm(bool IsSubtracted, Expression Operand);

/// <summary><c>a + b - c</c>, from left to right; overflow at any step is an error.</summary>
public sealed record SumExpression(Expression First, IReadOnlyList<SumTerm> Terms) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => Terms.Select(term => term.Operand).Prepend(First);

    internal override int Height { get; } = Above(Terms.Select(term => term.Operand).Prepend(First));
}

/// <summary><c>a * b * c</c>, from left to right; overflow at any step is an error.</summary>
public sealed record ProductExpression(IReadOnlyList<Expression> Factors) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => Factors;

    internal override int Height { get; } = Above(Factors);
}

/// <summary><c>-a</c> on an integer that is not a literal.</summary>
public sealed record NegateExpression(Expression Operand) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Operand];

    internal override int Height { get; } = Above(Operand);
}

/// <summary><c>set.isEmpty()</c>.</summary>
public sealed record IsEmptyExpression(Expression Operand) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Operand];

    internal override int Height { get; } = Above(Operand);
}
