namespace Doorward.Cedar.Syntax;

/// <summary>What a request is about.</summary>
public enum Variable
{
    /// <summary>Who asks.</summary>
    Principal,

    /// <summary>What for.</summary>
    Action,

    /// <summary>On what.</summary>
    Resource,

    /// <summary>Everything else known about the request.</summary>
    Context,
}

/// <summary>A boolean, integer, string or entity written out.</summary>
public sealed record LiteralExpression(CedarValue Value) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [];

    internal override int Height => 1;
}

/// <summary>One of <c>principal</c>, <c>action</c>, <c>resource</c>, <c>context</c>.</summary>
public sealed record VariableExpression(Variable Variable) : Expression
{
    /// <inheritdoc/>
    public override IEnumerable<Expression> Children => [];

    internal override int Height => 1;
}
