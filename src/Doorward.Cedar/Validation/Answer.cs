using System.Collections.Immutable;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Validation;

/// <summary>What is known of an expression.</summary>
/// <param name="Type">Its type; null when it has none because of an error that is already reported.</param>
/// <param name="Gained">What is there whenever the expression is true.</param>
internal readonly record struct Answer(CedarType? Type, ImmutableHashSet<Capability> Gained)
{
    public static Answer Unknown => new(null, Capability.None);

    public bool? Known => (Type as BooleanType)?.Known;

    public static implicit operator Answer(CedarType type) => new(type, Capability.None);
}
