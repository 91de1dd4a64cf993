using System.Collections.Immutable;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>That an attribute or tag is there: what <c>has</c> and <c>hasTag</c> let one know where they are true.</summary>
/// <param name="Of">The expression that has it, as text, which is the same for the same expression anywhere.</param>
/// <param name="Name">The name of the attribute; of a tag the expression of its name, as text.</param>
/// <param name="IsTag">A tag, not an attribute.</param>
internal readonly record struct Capability(string Of, string Name, bool IsTag)
{
    public static ImmutableHashSet<Capability> None { get; } = [];
}

/// <summary>Texts of expressions, each written once.</summary>
internal sealed class ExpressionTexts
{
    private readonly Dictionary<Expression, string> _texts = new(ReferenceEqualityComparer.Instance);

    public string Of(Expression expression)
    {
        if (!_texts.TryGetValue(expression, out var text)) _texts.Add(expression, text = expression.ToString());
        return text;
    }
}
