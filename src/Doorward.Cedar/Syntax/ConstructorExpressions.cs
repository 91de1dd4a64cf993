namespace Doorward.Cedar.Syntax;

/// <summary><c>[a, b, c]</c>.</summary>
public sealed record SetExpression(IReadOnlyList<Expression> Elements) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => Elements;

    internal override int Height { get; } = Above(Elements);
}

/// <summary><c>{a: 1, "b c": 2}</c>, every name once.</summary>
public sealed record RecordExpression(IReadOnlyList<KeyValuePair<string, Expression>> Attributes) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => Attributes.Select(attribute => attribute.Value);

    internal override int Height { get; } = Above(Attributes.Select(attribute => attribute.Value));
}

/// <summary>A call of an extension function, as <c>ip("10.0.0.1")</c> or <c>a.isInRange(b)</c>, whose first argument is then a.</summary>
public sealed record ExtensionCallExpression(string Function, IReadOnlyList<Expression> Arguments) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => Arguments;

    internal override int Height { get; } = Above(Arguments);
}
