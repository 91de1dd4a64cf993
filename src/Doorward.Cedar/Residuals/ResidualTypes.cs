using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Residuals;

/// <summary>Types of what is not known. Null means that nothing is proven.</summary>
internal static class ResidualTypes
{
    /// <summary>The type of a value, as far as operators ask for it.</summary>
    public static CedarType? Of(CedarValue value) => value switch
    {
        BooleanValue => BooleanType.Any,
        LongValue => LongType.Only,
        StringValue => StringType.Only,
        EntityValue entity => new EntityType(entity.Uid.Type),
        SetValue set => SetOf([.. set.Select(Of)]),
        RecordValue => null,
        _ => new ExtensionType(value.TypeName),
    };

    /// <summary>The type of a set with elements of these types, when they are all of one.</summary>
    public static CedarType? SetOf(IReadOnlyList<CedarType?> elements)
    {
        CedarType? common = NeverType.Only;
        foreach (var element in elements)
        {
            if (element is null) return null;
            if (common is NeverType) common = element;
            else if (!common.Equals(element)) return null;
        }
        return new SetType(common);
    }

    public static CedarType? Join(CedarType? left, CedarType? right) => left is not null && left.Equals(right) ? left : null;

    /// <summary>Whether no value is of both types.</summary>
    public static bool AreDisjoint(CedarType? left, CedarType? right) => (left, right) switch
    {
        (null, _) or (_, null) => false,
        (EntityType a, EntityType b) => !a.Names.Overlaps(b.Names),
        (ExtensionType a, ExtensionType b) => a != b,
        _ => left.GetType() != right.GetType(),
    };

    public static bool HasOrder(CedarType? type) => type is LongType or ExtensionType { Name: "datetime" or "duration" };

    /// <summary>What `in` takes on its right side.</summary>
    public static IReadOnlyCollection<string>? TypesOfAncestors(CedarType? type) => type switch
    {
        EntityType entity => entity.Names,
        SetType { Element: EntityType entity } => entity.Names,
        SetType { Element: NeverType } => [],
        _ => null,
    };

    /// <summary>What a schema says of an attribute of values of a type; null when nothing is proven.</summary>
    public static DeclaredAttribute? Attribute(Schema schema, CedarType? of, string name) => of switch
    {
        RecordType { IsOpen: false } record => Look(record, name, isEntity: false),
        EntityType { Names: [var entity] } when schema.EntityTypes.TryGetValue(entity, out var definition) => Look(definition.Attributes, name, isEntity: true),
        _ => null,
    };

    public static bool HasAttributes(CedarType? type) => type is RecordType or EntityType;

    // An entity that is missing has no attributes, so even a required one may not be there.
    private static DeclaredAttribute Look(RecordType record, string name, bool isEntity) => record.Attributes.TryGetValue(name, out var attribute)
        ? new DeclaredAttribute(attribute.Type, MayBeMissing: isEntity || !attribute.IsRequired, MayBeThere: true)
        : new DeclaredAttribute(null, MayBeMissing: true, MayBeThere: false);
}

/// <summary>What a schema says of an attribute.</summary>
internal readonly record struct DeclaredAttribute(CedarType? Type, bool MayBeMissing, bool MayBeThere);
