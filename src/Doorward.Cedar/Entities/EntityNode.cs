namespace Doorward.Cedar;

/// <summary>An entity as a store keeps it: together with everything above it.</summary>
internal sealed class EntityNode(EntityValue name, RecordValue attributes, RecordValue? tags, AncestorSet ancestors)
{
    public EntityValue Name => name;

    public RecordValue Attributes => attributes;

    public RecordValue? Tags => tags;

    public AncestorSet Ancestors => ancestors;

    public Entity ToEntity()
    {
        var parents = new EntityUid[ancestors.Parents.Length];
        for (var i = 0; i < parents.Length; i++) parents[i] = ancestors.Parents[i].Uid;
        return new Entity(name.Uid, attributes, parents, tags);
    }

    public EntityNode WithAncestors(AncestorSet changed) => new(name, attributes, tags, changed);

    internal readonly struct Naming : INaming<EntityNode>
    {
        public static EntityValue NameOf(EntityNode item) => item.Name;
    }
}
