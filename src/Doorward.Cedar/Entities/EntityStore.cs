using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>
/// Entities with all their ancestors worked out. A store never changes; <see cref="With"/> and <see cref="Without"/> give a new one
/// that shares all that stays.
/// </summary>
public sealed class EntityStore : IEntityStore
{
    private readonly HashTrie<EntityNode, EntityNode.Naming> _nodes;
    private readonly Descent _descent;

    private EntityStore(HashTrie<EntityNode, EntityNode.Naming> nodes, Descent descent) => (_nodes, _descent) = (nodes, descent);

    /// <summary>The store without entities.</summary>
    public static EntityStore Empty { get; } = new(HashTrie<EntityNode, EntityNode.Naming>.Empty, Descent.None);

    /// <summary>How many entities there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>All entities, in no particular order.</summary>
    public IEnumerable<Entity> Entities => _nodes.Items.Select(node => node.ToEntity());

    /// <summary>Makes a store.</summary>
    /// <exception cref="ArgumentException">Two different entities have one name, or an entity lies below itself.</exception>
    public static EntityStore Create(IEnumerable<Entity> entities) =>
        TryCreate(entities, out var store, out var problem) ? store : throw new ArgumentException(problem, nameof(entities));

    /// <summary>Makes a store, or says in a sentence why these entities make none.</summary>
    public static bool TryCreate(
        IEnumerable<Entity> entities, [NotNullWhen(true)] out EntityStore? store, [NotNullWhen(false)] out string? problem)
    {
        store = null;
        if (!EntityLoad.TryLoad(entities, out var nodes, out problem)) return false;
        var descent = Descent.Of(nodes);
        store = new EntityStore(HashTrie<EntityNode, EntityNode.Naming>.Of(nodes), descent);
        return true;
    }

    /// <inheritdoc/>
    public Entity? Find(EntityUid uid) => FindNode(new EntityValue(uid))?.ToEntity();

    /// <inheritdoc/>
    public bool IsBelow(EntityUid uid, EntityUid ancestor) =>
        FindNode(new EntityValue(uid)) is { } node && node.Ancestors.Contains(new EntityValue(ancestor));

    /// <summary>All entities that this one lies below; none when it is not in the store.</summary>
    public IReadOnlyCollection<EntityUid> AncestorsOf(EntityUid uid)
    {
        var names = (FindNode(new EntityValue(uid))?.Ancestors ?? AncestorSet.Empty).Names;
        var uids = new EntityUid[names.Length];
        for (var i = 0; i < uids.Length; i++) uids[i] = names[i].Uid;
        return uids;
    }

    internal EntityNode? FindNode(EntityValue name) => _nodes.Find(name);

    /// <summary>
    /// The store with an entity added, or replaced when one of its name is there. With the parents unchanged, or nothing below it,
    /// that costs a few look-ups; else all that lies below is worked out again.
    /// </summary>
    /// <exception cref="ArgumentException">The entity would lie below itself.</exception>
    public EntityStore With(Entity entity)
    {
        var given = new EntityValue(entity.Uid);
        var old = _nodes.Find(given);
        var name = old?.Name ?? _descent.Known(given);
        var parents = Array.ConvertAll(entity.Parents.Distinct().ToArray(), uid => _descent.Known(new EntityValue(uid)));
        if (old is not null && HasSameParents(old, parents))
            return new EntityStore(_nodes.With(new EntityNode(name, entity.Attributes, entity.Tags, old.Ancestors)), _descent);
        var descent = (old is null ? _descent : _descent.Unlink(name, old.Ancestors.Parents)).Link(name, parents);
        var unlinked = _nodes.With(new EntityNode(name, entity.Attributes, entity.Tags, AncestorSet.Empty));
        return new EntityStore(Recompute(unlinked, descent, name, parents), descent);
    }

    /// <summary>The store without the entity of that name. What lay below it through it no longer does, except below itself.</summary>
    public EntityStore Without(EntityUid uid)
    {
        if (_nodes.Find(new EntityValue(uid)) is not { } old) return this;
        var descent = _descent.Unlink(old.Name, old.Ancestors.Parents);
        return new EntityStore(Recompute(_nodes.Without(old.Name), descent, old.Name, null), descent);
    }

    // Works out anew the ancestors of an entity (without parents given it is gone) and of all below it.
    private static HashTrie<EntityNode, EntityNode.Naming> Recompute(
        HashTrie<EntityNode, EntityNode.Naming> nodes, Descent descent, EntityValue name, EntityValue[]? parents)
    {
        var affected = new Dictionary<EntityValue, EntityValue[]>();
        if (parents is not null) affected.Add(name, parents);
        var pending = new Stack<EntityValue>([name]);
        while (pending.TryPop(out var parent))
        {
            foreach (var child in descent.Below(parent))
            {
                // The entity itself comes again when it lies below itself, which the closure finds.
                if (affected.TryAdd(child, nodes.Find(child)!.Ancestors.Parents.ToArray())) pending.Push(child);
            }
        }
        if (!new AncestorClosure(affected, other => nodes.Find(other)?.Ancestors).TryCompute(out var changed, out var problem))
            throw new ArgumentException(problem, nameof(name));
        foreach (var (below, ancestors) in changed) nodes = nodes.With(nodes.Find(below)!.WithAncestors(ancestors));
        return nodes;
    }

    private static bool HasSameParents(EntityNode old, EntityValue[] parents)
    {
        var before = old.Ancestors.Parents;
        if (before.SequenceEqual(parents)) return true;
        return before.Length == parents.Length && before.ToArray().ToHashSet().SetEquals(parents);
    }
}
