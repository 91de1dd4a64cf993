using System.Collections.Frozen;

namespace Doorward.Cedar.Schemas;

/// <summary>What a schema says of an entity type.</summary>
public sealed class EntityTypeDefinition
{
    private readonly Func<string, EntityTypeDefinition> _find;
    private FrozenSet<string>? _ancestors;

    internal EntityTypeDefinition(string name, Func<string, EntityTypeDefinition> find) => (Name, _find) = (name, find);

    /// <summary>The name with its namespace.</summary>
    public string Name { get; }

    /// <summary>The attributes that its entities have, and no others.</summary>
    public RecordType Attributes { get; internal init; } = RecordType.Empty;

    /// <summary>The type of the values of tags; null when its entities have none.</summary>
    public CedarType? Tags { get; internal init; }

    /// <summary>The only ids that its entities can have; null when all can be.</summary>
    public IReadOnlySet<string>? Choices { get; internal init; }

    /// <summary>The types that its entities' parents may be of.</summary>
    public IReadOnlyList<string> Parents { get; internal init; } = [];

    /// <summary>The types that its entities may lie below, at any distance; the type itself only when it may nest.</summary>
    public IReadOnlySet<string> Ancestors => _ancestors ??= Closure.Above(Parents, type => _find(type).Parents, StringComparer.Ordinal);
}
