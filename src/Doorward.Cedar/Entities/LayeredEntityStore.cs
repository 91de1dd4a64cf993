namespace Doorward.Cedar;

/// <summary>
/// A few entities known only for this request (the principal with its groups) laid over a shared store. An entity of the layer
/// hides the one of the same name below, attributes and tags; its parents join those that it has in the shared store.
/// </summary>
public sealed class LayeredEntityStore : IEntityStore
{
    private readonly IEntityStore _shared;
    private readonly EntityStore _layer;
    private readonly EntityUid[] _inLayer;

    /// <summary>Lays entities over a store.</summary>
    /// <exception cref="ArgumentException">Two different entities have one name, or an entity lies below itself.</exception>
    public LayeredEntityStore(IEntityStore shared, params IEnumerable<Entity> entities)
    {
        _shared = shared;
        _layer = EntityStore.Create(entities);
        _inLayer = [.. _layer.Entities.Select(entity => entity.Uid)];
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
            foreach (var entity in _inLayer)
            {
                if (!IsBelowDirectly(uid, entity) || !(entered ??= []).Add(entity)) continue;
                (pending ??= []).Push(entity);
            }
        }
        while (pending is not null && pending.TryPop(out uid));
        return false;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<EntityUid>? AncestorsOf(EntityUid uid)
    {
        var ancestors = new HashSet<EntityUid>();
        var seen = new HashSet<EntityUid> { uid };
        var pending = new Stack<EntityUid>([uid]);
        while (pending.TryPop(out var next))
        {
            if (_shared.AncestorsOf(next) is not { } found) return null;
            foreach (var above in found.Concat(_layer.AncestorsOf(next)))
            {
                ancestors.Add(above);
                if (seen.Add(above)) pending.Push(above);
            }
        }
        return ancestors;
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
