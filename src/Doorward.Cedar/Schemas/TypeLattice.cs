using System.Collections.Immutable;

namespace Doorward.Cedar.Schemas;

/// <summary>
/// How types lie below each other. Strict: entity types only equal themselves and records need the same attributes; permissive:
/// what two types have in common is a type too.
/// </summary>
internal static class TypeLattice
{
    public static bool IsBelow(CedarType low, CedarType high, bool strict) => (low, high) switch
    {
        (NeverType, _) => true,
        (BooleanType a, BooleanType b) => b.Known is null || a.Known == b.Known,
        (SetType a, SetType b) => IsBelow(a.Element, b.Element, strict),
        (RecordType a, RecordType b) => ReferenceEquals(a, b) || IsRecordBelow(a, b, strict),
        (EntityType a, EntityType b) => strict ? a.Equals(b) : a.Names.IsSubsetOf(b.Names),
        (EntityType, AnyEntityType) => !strict,
        _ => low.Equals(high),
    };

    /// <summary>The least type above both, or null.</summary>
    public static CedarType? Join(CedarType left, CedarType right, bool strict)
    {
        if (IsBelow(left, right, strict)) return right;
        if (IsBelow(right, left, strict)) return left;
        return (left, right) switch
        {
            (BooleanType, BooleanType) => BooleanType.Any,
            (SetType a, SetType b) => Join(a.Element, b.Element, strict) is { } element ? new SetType(element) : null,
            (RecordType a, RecordType b) => JoinRecords(a, b, strict),
            (EntityType a, EntityType b) when !strict => new EntityType(a.Names.Union(b.Names)),
            _ => null,
        };
    }

    /// <summary>Whether no value is of both types, so far as that is worth knowing: entities of different types.</summary>
    public static bool AreDisjoint(CedarType left, CedarType right) =>
        left is EntityType a && right is EntityType b && !a.Names.Overlaps(b.Names);

    // A record with more attributes lies below an open one, and never in strict validation.
    private static bool IsRecordBelow(RecordType low, RecordType high, bool strict)
    {
        if (low.IsOpen && !high.IsOpen) return false;
        if (low.Attributes.Count != high.Attributes.Count && (strict || !high.IsOpen)) return false;
        foreach (var (name, above) in high.Attributes)
        {
            if (!low.Attributes.TryGetValue(name, out var below)) return false;
            if (strict ? below.IsRequired != above.IsRequired : above.IsRequired && !below.IsRequired) return false;
            if (!IsBelow(below.Type, above.Type, strict)) return false;
        }
        return true;
    }

    private static RecordType? JoinRecords(RecordType left, RecordType right, bool strict)
    {
        var common = new List<KeyValuePair<string, AttributeType>>();
        foreach (var (name, a) in left.Attributes)
        {
            var type = right.Attributes.TryGetValue(name, out var b) && (!strict || a.IsRequired == b.IsRequired)
                ? Join(a.Type, b.Type, strict) : null;
            if (type is not null) common.Add(KeyValuePair.Create(name, new AttributeType(type, a.IsRequired && b.IsRequired)));
            else if (strict) return null;
        }
        var isAll = common.Count == left.Attributes.Count && common.Count == right.Attributes.Count;
        if (strict && !isAll) return null;
        return new RecordType(common, isOpen: left.IsOpen || right.IsOpen || !isAll);
    }
}
