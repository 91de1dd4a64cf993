using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>
/// Entities with all their ancestors worked out. A store never changes; <see cref="With"/> and <see cref="Without"/> give a new one
/// that shares all that stays.
/// </summary>
public sealed class EntityStore : IEntityStore
{
    private readonly HashTrie<EntityNode, EntityNode.Naming> _nodes;
    private readonly HashTrie<Parent, Parent.Naming> _parents;

    private EntityStore(HashTrie<EntityNode, EntityNode.Naming> nodes, HashTrie<Parent, Parent.Naming> parents) =>
        (_nodes, _parents) = (nodes, parents);

    /// <summary>The store without entities.</summary>
    public static EntityStore Empty { get; } = new(HashTrie<EntityNode, EntityNode.Naming>.Empty, HashTrie<Parent, Parent.Naming>.Empty);

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
        var load = new EntityLoad();
        problem = load.Add(entities) ?? load.Resolve();
        store = problem is null ? new EntityStore(load.Nodes(), load.Parents()) : null;
        return problem is null;
    }

    /// <inheritdoc/>
    public Entity? Find(EntityUid uid) => FindNode(new EntityValue(uid))?.ToEntity();

    /// <inheritdoc/>
    public bool IsBelow(EntityUid uid, EntityUid ancestor) =>
        FindNode(new EntityValue(uid)) is { } node && node.Ancestry.Contains(new EntityValue(ancestor));

    /// <summary>All entities that this one lies below; none when it is not in the store.</summary>
    public IReadOnlyCollection<EntityUid> AncestorsOf(EntityUid uid)
    {
        var above = new List<EntityUid>();
        if (FindNode(new EntityValue(uid)) is not { } node) return above;
        foreach (var name in node.Ancestry.ToSet().Places)
            if (name is not null) above.Add(name.Uid);
        return above;
    }

    /// <summary>
    /// The store with an entity added, or replaced when one of its name is there. That costs a few look-ups, with other parents than
    /// before too; only where that changes what others lie below does it take a pass over the store.
    /// </summary>
    /// <exception cref="ArgumentException">The entity would lie below itself.</exception>
    public EntityStore With(Entity entity)
    {
        var change = new EntityChange(_nodes, _parents);
        change.Put(entity);
        return new EntityStore(change.Nodes, change.Parents);
    }

    /// <summary>The store without the entity of that name. What lay below it through it no longer does, except below itself.</summary>
    public EntityStore Without(EntityUid uid)
    {
        if (FindNode(new EntityValue(uid)) is not { } node) return this;
        var change = new EntityChange(_nodes, _parents);
        change.Remove(node);
        return new EntityStore(change.Nodes, change.Parents);
    }

    internal EntityNode? FindNode(EntityValue name) => _nodes.Find(name);
}
