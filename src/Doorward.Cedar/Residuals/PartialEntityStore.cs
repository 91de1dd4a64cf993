using System.Collections.Frozen;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Residuals;

/// <summary>The entities of a partial evaluation: a store, with some entities of which not everything is known.</summary>
public sealed class PartialEntityStore
{
    private readonly FrozenDictionary<EntityUid, PartialEntity> _partial;
    private readonly bool _areOthersUnknown;

    /// <summary>
    /// Lays partly known entities over a store. Each hides the attributes and tags that the store has for it; its parents join those
    /// in the store, unless it may be missing.
    /// </summary>
    /// <exception cref="ArgumentException">Two entities have one name, or an entity lies below itself.</exception>
    public PartialEntityStore(IEntityStore known, params IEnumerable<PartialEntity> partial)
        : this(known, partial, areOthersUnknown: false)
    {
    }

    private PartialEntityStore(IEntityStore known, IEnumerable<PartialEntity> partial, bool areOthersUnknown)
    {
        var all = partial.ToList();
        _partial = all.ToFrozenDictionary(entity => entity.Uid);
        if (_partial.Count < all.Count) throw new ArgumentException("Two entities have one name.", nameof(partial));
        _areOthersUnknown = areOthersUnknown;
        var certain = all.Where(entity => !entity.MayBeMissing).Select(entity => new Entity(entity.Uid, entity.Attributes.Known, entity.Parents, entity.Tags.Known)).ToList();
        Known = certain.Count == 0 ? known : new LayeredEntityStore(known, certain);
    }

    /// <summary>What is certain. It says too little of entities that <see cref="Find"/> finds.</summary>
    internal IEntityStore Known { get; }

    /// <summary>Nothing is known of any entity, except the actions with their groups as a schema declares them.</summary>
    public static PartialEntityStore Nothing(Schema schema) => new(
        EntityStore.Create(schema.Actions.Values.Select(action => new Entity(action.Uid, [.. action.Parents]))), [], areOthersUnknown: true);

    /// <summary>All is known.</summary>
    public static PartialEntityStore Of(IEntityStore known) => new(known);

    /// <summary>The entity, when not everything of it is known.</summary>
    internal PartialEntity? Find(EntityUid uid)
    {
        if (_partial.TryGetValue(uid, out var entity)) return entity;
        return _areOthersUnknown && Known.Find(uid) is null ? PartialEntity.Unknown(uid) : null;
    }

    /// <summary>Whether the one is the other or lies below it; null when that is not known.</summary>
    internal bool? IsIn(EntityUid uid, EntityUid ancestor)
    {
        if (uid == ancestor) return true;
        if (_partial.Count == 0 && !_areOthersUnknown) return Known.IsBelow(uid, ancestor);
        if (Find(uid) is { MayBeMissing: true }) return null;
        if (Known.Find(uid)?.Parents.Contains(ancestor) == true) return true;
        var isBelow = Known.IsBelow(uid, ancestor);
        if (_areOthersUnknown) return isBelow ? true : Known.Find(uid) is null ? null : false;
        foreach (var (other, entity) in _partial)
        {
            if (other != uid && !Known.IsBelow(uid, other)) continue;
            // A way up that the store knows may lead through this entity, or one that it does not know may begin there.
            if (isBelow ? entity.MayBeMissing : entity.MayHaveOtherParents) return null;
        }
        return isBelow;
    }
}
