using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Doorward.Cedar.Indexing;

namespace Doorward.Cedar;

/// <summary>
/// Entities with all their ancestors worked out. A store never changes; <see cref="With"/> and <see cref="Without"/> give a new one
/// that shares all that stays.
/// </summary>
public sealed class EntityStore : IEntityStore, IAncestorSource
{
    private readonly ImmutableDictionary<EntityUid, EntityNode> _nodes;

    // The entities directly below each entity, whether or not it is in the store itself.
    private readonly ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> _children;

    private EntityStore(
        ImmutableDictionary<EntityUid, EntityNode> nodes, ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> children) =>
        (_nodes, _children) = (nodes, children);

    /// <summary>The store without entities.</summary>
    public static EntityStore Empty { get; } =
        new(ImmutableDictionary<EntityUid, EntityNode>.Empty, ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>>.Empty);

    /// <summary>How many entities there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>All entities, in no particular order.</summary>
    public IEnumerable<Entity> Entities => _nodes.Values.Select(node => node.Entity);

    /// <summary>Makes a store.</summary>
    /// <exception cref="ArgumentException">Two different entities have one name, or an entity lies below itself.</exception>
    public static EntityStore Create(IEnumerable<Entity> entities) =>
        TryCreate(entities, out var store, out var problem) ? store : throw new ArgumentException(problem, nameof(entities));

    /// <summary>Makes a store, or says in a sentence why these entities make none.</summary>
    public static bool TryCreate(
        IEnumerable<Entity> entities, [NotNullWhen(true)] out EntityStore? store, [NotNullWhen(false)] out string? problem)
    {
        store = null;
        var byUid = new Dictionary<EntityUid, Entity>();
        foreach (var entity in entities)
        {
            if (byUid.TryAdd(entity.Uid, entity) || byUid[entity.Uid].Equals(entity)) continue;
            problem = $"There are two different entities {entity.Uid}.";
            return false;
        }
        if (!AncestorClosure.TryCompute(byUid, _ => null, out var nodes, out problem)) return false;
        store = new EntityStore(nodes.ToImmutableDictionary(), ChildrenOf(byUid.Values));
        return true;
    }

    /// <inheritdoc/>
    public Entity? Find(EntityUid uid) => _nodes.GetValueOrDefault(uid)?.Entity;

    /// <inheritdoc/>
    public bool IsBelow(EntityUid uid, EntityUid ancestor) => _nodes.TryGetValue(uid, out var node) && node.Ancestors.Contains(ancestor);

    /// <summary>All entities that this one lies below; none when it is not in the store.</summary>
    public IReadOnlyCollection<EntityUid> AncestorsOf(EntityUid uid) => _nodes.GetValueOrDefault(uid)?.Ancestors ?? [];

    bool IAncestorSource.TryAddAncestors(EntityUid uid, HashSet<EntityUid> ancestors)
    {
        if (_nodes.TryGetValue(uid, out var node)) ancestors.UnionWith(node.Ancestors);
        return true;
    }

    /// <summary>
    /// The store with an entity added, or replaced when one of its name is there. With the parents unchanged that costs one look-up;
    /// else all that lies below is worked out again.
    /// </summary>
    /// <exception cref="ArgumentException">The entity would lie below itself.</exception>
    public EntityStore With(Entity entity)
    {
        var old = _nodes.GetValueOrDefault(entity.Uid);
        if (old is not null && old.Entity.HasSameParents(entity))
            return new EntityStore(_nodes.SetItem(entity.Uid, old with { Entity = entity }), _children);
        var children = Link(Unlink(_children, old?.Entity), entity);
        return new EntityStore(Recompute(_nodes, children, entity.Uid, entity), children);
    }

    /// <summary>The store without the entity of that name. What lay below it through it no longer does, except below itself.</summary>
    public EntityStore Without(EntityUid uid)
    {
        if (!_nodes.TryGetValue(uid, out var old)) return this;
        var children = Unlink(_children, old.Entity);
        return new EntityStore(Recompute(_nodes, children, uid, null), children);
    }

    // Works out anew the ancestors of an entity (null: it goes) and of all below it, and takes everything else as it is.
    private static ImmutableDictionary<EntityUid, EntityNode> Recompute(
        ImmutableDictionary<EntityUid, EntityNode> nodes, ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> children,
        EntityUid uid, Entity? entity)
    {
        var affected = new Dictionary<EntityUid, Entity>();
        if (entity is not null) affected.Add(uid, entity);
        var pending = new Stack<EntityUid>([uid]);
        while (pending.TryPop(out var parent))
        {
            foreach (var child in children.GetValueOrDefault(parent, []))
            {
                if (!affected.ContainsKey(child))
                {
                    affected.Add(child, nodes[child].Entity);
                    pending.Push(child);
                }
            }
        }
        var rest = entity is null ? nodes.Remove(uid) : nodes;
        return AncestorClosure.TryCompute(affected, rest.GetValueOrDefault, out var changed, out var problem)
            ? rest.SetItems(changed)
            : throw new ArgumentException(problem, nameof(entity));
    }

    private static ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> ChildrenOf(IEnumerable<Entity> entities) => entities
        .SelectMany(entity => entity.Parents, (entity, parent) => (parent, entity.Uid))
        .GroupBy(link => link.parent, link => link.Uid)
        .ToImmutableDictionary(group => group.Key, group => group.ToImmutableHashSet());

    private static ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> Link(
        ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> children, Entity entity)
    {
        foreach (var parent in entity.Parents) children = children.SetItem(parent, children.GetValueOrDefault(parent, []).Add(entity.Uid));
        return children;
    }

    private static ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> Unlink(
        ImmutableDictionary<EntityUid, ImmutableHashSet<EntityUid>> children, Entity? entity)
    {
        foreach (var parent in entity?.Parents ?? [])
        {
            var others = children.GetValueOrDefault(parent, []).Remove(entity!.Uid);
            children = others.IsEmpty ? children.Remove(parent) : children.SetItem(parent, others);
        }
        return children;
    }
}
