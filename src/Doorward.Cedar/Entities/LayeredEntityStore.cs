using Doorward.Cedar.Indexing;

namespace Doorward.Cedar;

/// <summary>
/// A few entities known only for this request (the principal with its groups) laid over a shared store. An entity of the layer
/// hides the one of the same name below, attributes and tags; its parents join those that it has in the shared store.
/// </summary>
public sealed class LayeredEntityStore : IEntityStore, IAncestorSource
{
    private readonly IEntityStore _shared;
    private readonly EntityStore _layer;

    /// <summary>Lays entities over a store.</summary>
    /// <exception cref="ArgumentException">Two different entities have one name, or an entity lies below itself.</exception>
    public LayeredEntityStore(IEntityStore shared, params IEnumerable<Entity> entities)
    {
        _shared = shared;
        _layer = EntityStore.Create(entities);
    }

    /// <inheritdoc/>
    public Entity? Find(EntityUid uid) => _layer.Find(uid) ?? _shared.Find(uid);

    /// <inheritdoc/>
    public bool IsBelow(EntityUid uid, EntityUid ancestor)
    {
        // A way up may change between store and layer any number of times, but enters each entity of the layer once.
        HashSet<EntityUid>? entered = null;
        Stack<EntityUid>? pending = null;
        do
        {
            if (IsBelowDirectly(uid, ancestor)) return true;
            foreach (var entity in _layer.Entities)
            {
                if (!IsBelowDirectly(uid, entity.Uid) || !(entered ??= []).Add(entity.Uid)) continue;
                (pending ??= []).Push(entity.Uid);
            }
        }
        while (pending is not null && pending.TryPop(out uid));
        return false;
    }

    bool IAncestorSource.TryAddAncestors(EntityUid uid, HashSet<EntityUid> ancestors)
    {
        if (_shared is not IAncestorSource shared) return false;
        var found = new HashSet<EntityUid>();
        var seen = new HashSet<EntityUid> { uid };
        var pending = new Stack<EntityUid>([uid]);
        while (pending.TryPop(out var next))
        {
            found.Clear();
            if (!shared.TryAddAncestors(next, found)) return false;
            found.UnionWith(_layer.AncestorsOf(next));
            foreach (var above in found)
            {
                ancestors.Add(above);
                if (seen.Add(above)) pending.Push(above);
            }
        }
        return true;
    }

    // Within the store, within the layer, or from the layer into the store.
    private bool IsBelowDirectly(EntityUid uid, EntityUid ancestor)
    {
        if (_shared.IsBelow(uid, ancestor) || _layer.IsBelow(uid, ancestor)) return true;
        foreach (var above in _layer.AncestorsOf(uid))
            if (_shared.IsBelow(above, ancestor)) return true;
        return false;
    }
}
