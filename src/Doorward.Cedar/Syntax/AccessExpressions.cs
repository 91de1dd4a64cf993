namespace Doorward.Cedar.Syntax;

/// <summary><c>target.name</c> or <c>target["name"]</c>: an attribute of a record or entity.</summary>
public sealed record AttributeExpression(Expression Target, string Name) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Target];

    internal override int Height { get; } = Above(Target);
}

/// <summary>
/// <c>target has a.b.c</c>: whether the attribute is there, and the next inside it, and so on. The path has at least one name.
/// </summary>
public sealed record HasExpression(Expression Target, IReadOnlyList<string> Path) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Target];

    internal override int Height { get; } = Above(Target);

    /// <summary>The same in steps of one name: of <c>a has b.c</c> they are <c>a has b</c> and <c>a.b has c</c>.</summary>
    internal List<Expression> Steps()
    {
        var steps = new List<Expression>();
        var target = Target;
        foreach (var name in Path)
        {
            steps.Add(new HasExpression(target, [name]));
            target = new AttributeExpression(target, name);
        }
        return steps;
    }
}

/// <summary><c>target like "pattern"</c>.</summary>
public sealed record LikeExpression(Expression Target, LikePattern Pattern) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [Target];

    internal override int Height { get; } = Above(Target);
}

/// <summary><c>target is Type</c>, and with <c>in</c> also below an entity, which is evaluated only when the type is right.</summary>
public sealed record IsExpression(Expression Target, string EntityType, Expression? In) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => In is null ? [Target] : [Target, In];

    internal override int Height { get; } = Above(Target, In);
}
