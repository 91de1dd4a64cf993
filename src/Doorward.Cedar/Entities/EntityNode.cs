namespace Doorward.Cedar;

/// <summary>
/// An entity as a store keeps it: with what lies above it, and with its attributes as shape and values, since a million records more
/// would take room.
/// </summary>
internal sealed class EntityNode(EntityValue name, RecordValue attributes, RecordValue? tags, Ancestry ancestry)
{
    private readonly RecordShape _shape = attributes.Shape;
    private readonly CedarValue[] _values = attributes.Values;
    private readonly Parent[] _parents = ancestry.Parents;
    private readonly EntityExtra? _extra = tags is null && ancestry.All is null ? null : new EntityExtra(tags, ancestry.All);

    public EntityValue Name => name;

    public RecordShape Shape => _shape;

    public CedarValue[] Values => _values;

    public RecordValue? Tags => _extra?.Tags;

    public Ancestry Ancestry => new(_parents, _extra?.AllAbove);

    public Entity ToEntity() => new(
        name.Uid, new RecordValue(_shape, _values), Array.ConvertAll(_parents, parent => parent.Name.Uid), Tags);

    public EntityNode With(in Ancestry changed) => new(name, new RecordValue(_shape, _values), Tags, changed);

    internal readonly struct Naming : INaming<EntityNode>
    {
        public static EntityValue NameOf(EntityNode item) => item.Name;
    }

    // What few entities have.
    private sealed record EntityExtra(RecordValue? Tags, AncestorSet? AllAbove);
}
