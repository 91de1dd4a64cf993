using Doorward.Cedar.Residuals;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Worlds;

namespace Doorward.Cedar.Tests.Residuals;

/// <summary>A world of which not everything is known, and what it may turn out to be.</summary>
internal sealed class PartialWorld
{
    private readonly World _world;
    private readonly AuthorizationRequest _request;
    private readonly Dictionary<EntityUid, PartialEntity> _partial = [];

    public PartialWorld(World world)
    {
        _world = world;
        _request = world.Values.Request();
        var dice = world.Dice;
        var declared = world.Schema.Actions[_request.Action].Context;
        Request = new PartialRequest(
            dice.OneIn(2) ? _request.Principal : PartialUid.OfType(_request.Principal.Type),
            _request.Action,
            dice.OneIn(2) ? _request.Resource : PartialUid.OfType(_request.Resource.Type),
            Hide(_request.Context, declared));
        foreach (var uid in WorldSchemas.Uids(world.Schema))
            if (dice.OneIn(4)) _partial.Add(uid, Hide(uid));
        Entities = new PartialEntityStore(EntityStore.Create(world.Entities.Values), _partial.Values);
    }

    public PartialRequest Request { get; }

    public PartialEntityStore Entities { get; }

    /// <summary>Something that all of it may turn out to be.</summary>
    public (EntityStore Entities, AuthorizationRequest Request) Complete()
    {
        var entities = new Dictionary<EntityUid, Entity>(_world.Entities);
        foreach (var (uid, partial) in _partial)
        {
            if (Complete(partial) is { } entity) entities[uid] = entity;
            else entities.Remove(uid);
        }
        var values = _world.Values;
        var request = new AuthorizationRequest(
            Request.Principal.Uid ?? values.Uid(Request.Principal.Type), Request.Action, Request.Resource.Uid ?? values.Uid(Request.Resource.Type),
            Complete(Request.Context, values.Record(_world.Schema.Actions[Request.Action].Context)));
        return (EntityStore.Create(entities.Values), request);
    }

    private PartialEntity Hide(EntityUid uid)
    {
        if (_world.Dice.OneIn(3) || !_world.Entities.TryGetValue(uid, out var entity)) return PartialEntity.Unknown(uid);
        var definition = _world.Schema.EntityTypes[uid.Type];
        return new PartialEntity(uid)
        {
            Attributes = Hide(entity.Attributes, definition.Attributes),
            Tags = _world.Dice.OneIn(2) ? entity.Tags ?? RecordValue.Empty : PartialRecord.Nothing,
            Parents = entity.Parents,
            MayHaveOtherParents = _world.Dice.OneIn(2),
        };
    }

    private PartialRecord Hide(RecordValue record, RecordType declared) => _world.Dice.Below(3) switch
    {
        0 => record,
        1 => PartialRecord.Nothing,
        _ => PartialRecord.Except(record, _world.Dice.Some(declared.Attributes.Keys)),
    };

    private Entity? Complete(PartialEntity partial)
    {
        if (partial.MayBeMissing && _world.Dice.OneIn(3)) return null;
        var other = _world.Values.Entity(partial.Uid);
        return new Entity(
            partial.Uid, Complete(partial.Attributes, other.Attributes),
            partial.MayHaveOtherParents ? [.. partial.Parents.Union(other.Parents)] : partial.Parents,
            Complete(partial.Tags, other.Tags ?? RecordValue.Empty));
    }

    // What is known stays; what may be there comes from another record that agrees with the schema.
    private static RecordValue Complete(PartialRecord partial, RecordValue other) => RecordValue.Create(
        partial.Known.Concat(other.Where(attribute => !partial.Known.Contains(attribute.Key) && (partial.IsOpen || partial.Unknown.Contains(attribute.Key)))));
}
