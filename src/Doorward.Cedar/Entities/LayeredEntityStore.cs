namespace Doorward.Cedar;

/// <summary>
/// A few entities known only for this request (the principal with its groups) laid over a shared store. An entity of the layer
/// hides the one of the same name below; what lies below it in the shared store lies below its parents too.
/// </summary>
public sealed class LayeredEntityStore : IEntityStore
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
        if (_layer.Find(uid) is null) return IsBelowShared(uid, ancestor);
        // The way up leaves the layer at one of the entity's ancestors in it, at the latest.
        if (_layer.IsBelow(uid, ancestor)) return true;
        foreach (var above in _layer.AncestorsOf(uid))
            if (_layer.Find(above) is null && IsBelowShared(above, ancestor)) return true;
        return false;
    }

    private bool IsBelowShared(EntityUid uid, EntityUid ancestor)
    {
        if (_shared.IsBelow(uid, ancestor)) return true;
        foreach (var entity in _layer.Entities)
            if (_shared.IsBelow(uid, entity.Uid) && _layer.IsBelow(entity.Uid, ancestor)) return true;
        return false;
    }
}
