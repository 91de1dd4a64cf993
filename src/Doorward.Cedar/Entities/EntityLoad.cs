using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>Makes the nodes of a new store. Equal names become one object, and entities with the same parents share what is above them.</summary>
internal static class EntityLoad
{
    public static bool TryLoad(
        IEnumerable<Entity> entities, [NotNullWhen(true)] out EntityNode[]? nodes, [NotNullWhen(false)] out string? problem)
    {
        nodes = null;
        var names = new Dictionary<EntityUid, EntityValue>();
        var byName = new Dictionary<EntityValue, Entity>();
        foreach (var entity in entities)
        {
            if (byName.TryAdd(Name(names, entity.Uid), entity) || byName[names[entity.Uid]].Equals(entity)) continue;
            problem = $"There are two different entities {entity.Uid}.";
            return false;
        }
        var parents = new Dictionary<EntityValue, EntityValue[]>(byName.Count);
        foreach (var (name, entity) in byName) parents.Add(name, Parents(names, entity));
        if (!new AncestorClosure(parents, _ => null).TryCompute(out var ancestors, out problem)) return false;
        nodes = new EntityNode[byName.Count];
        var count = 0;
        foreach (var (name, entity) in byName) nodes[count++] = new EntityNode(name, entity.Attributes, entity.Tags, ancestors[name]);
        return true;
    }

    private static EntityValue Name(Dictionary<EntityUid, EntityValue> names, EntityUid uid)
    {
        if (!names.TryGetValue(uid, out var name)) names.Add(uid, name = new EntityValue(uid));
        return name;
    }

    private static EntityValue[] Parents(Dictionary<EntityUid, EntityValue> names, Entity entity)
    {
        if (entity.Parents.Count == 0) return [];
        var parents = new EntityValue[entity.Parents.Count];
        for (var i = 0; i < parents.Length; i++) parents[i] = Name(names, entity.Parents[i]);
        return parents;
    }
}
