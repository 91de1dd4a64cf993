using System.Diagnostics.CodeAnalysis;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Residuals;

/// <summary>What is left of an expression.</summary>
/// <param name="Expression">Comes to the same as the whole, value or error, once the rest is known.</param>
/// <param name="Value">The value, when it is known already.</param>
/// <param name="Outcomes">What it may come to.</param>
/// <param name="Declared">The type of a value that is not known, when it is proven.</param>
internal readonly record struct Residual(Expression Expression, CedarValue? Value, Outcomes Outcomes, CedarType? Declared)
{
    /// <summary>The type of the value, if there will be one, when it is proven.</summary>
    public CedarType? Type => Value is null ? Declared : ResidualTypes.Of(Value);

    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsKnown => Value is not null;

    public bool MayFail => Outcomes.May(Outcomes.Error);

    public bool FailsAlways => Outcomes == Outcomes.Error;

    public bool IsEntity => Value is EntityValue || Declared is EntityType;

    public bool IsSet => Value is SetValue || Declared is SetType;

    /// <summary>A value in the place of an expression.</summary>
    public static Residual Known(CedarValue value, Expression at) => new(
        at is LiteralExpression literal && ReferenceEquals(literal.Value, value) ? at : new LiteralExpression(value) { Span = at.Span },
        value, OutcomesExtensions.Of(value), null);

    /// <summary>An expression of a type. Is only one boolean possible, it is that.</summary>
    public static Residual Open(Expression expression, Outcomes outcomes, CedarType? type = null) => outcomes switch
    {
        Outcomes.True => Known(BooleanValue.True, expression),
        Outcomes.False => Known(BooleanValue.False, expression),
        _ => new Residual(expression, null, outcomes, type),
    };

    /// <summary>An expression whose value is a boolean, when it has one.</summary>
    public static Residual Boolean(Expression expression, bool mayFail) =>
        Open(expression, mayFail ? Outcomes.Boolean | Outcomes.Error : Outcomes.Boolean, BooleanType.Any);

    /// <summary>An expression that fails whatever the rest turns out to be. Its own evaluation says how.</summary>
    public static Residual Failing(Expression expression) => new(expression, null, Outcomes.Error, null);
}
