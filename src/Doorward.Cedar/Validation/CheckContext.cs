using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>What stays the same while one policy is looked at for all kinds of requests.</summary>
internal sealed class CheckContext(Schema schema, bool isStrict, Findings findings)
{
    public Schema Schema => schema;

    public bool IsStrict => isStrict;

    public Findings Findings => findings;

    public ExpressionTexts Texts { get; } = new();

    /// <summary>The optional attributes and tags that are read, and where first.</summary>
    public Dictionary<Capability, SourceSpan> Reads { get; } = [];

    /// <summary>What two types have in common; null, with an error, when that is nothing.</summary>
    public CedarType? Join(SourceSpan span, CedarType left, CedarType right, string what)
    {
        if (TypeLattice.Join(left, right, isStrict) is { } type) return type;
        findings.Fail(
            ValidationFindingKind.IncompatibleTypes, span, $"{what} are of the types {left} and {right}, which have nothing in common.", left.ToString(),
            left is EntityType && right is EntityType ? "Entities of different types are never equal; ask with `is`." : null);
        return null;
    }
}
