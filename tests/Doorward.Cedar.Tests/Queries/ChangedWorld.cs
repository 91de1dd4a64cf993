using Doorward.Cedar.Queries;
using Doorward.Cedar.Tests.Worlds;

namespace Doorward.Cedar.Tests.Queries;

/// <summary>A world in which all but some facts is other than it was.</summary>
internal sealed class ChangedWorld
{
    private readonly World _world;
    private readonly IReadOnlyList<DecidingFact> _facts;

    public ChangedWorld(World world, IReadOnlyList<DecidingFact> facts, AuthorizationRequest request)
    {
        (_world, _facts) = (world, facts);
        Request = request with { Context = Keep(request.Context, world.Values.Record(world.Schema.Actions[request.Action].Context), PathsOf(null)) };
        Entities = Change(keepParents: false);
        var before = EntityStore.Create(world.Entities.Values);
        if (facts.OfType<DecidingFact.Membership>().Any(fact => before.IsBelow(fact.Of, fact.Other) != Entities.IsBelow(fact.Of, fact.Other)))
            Entities = Change(keepParents: true);
    }

    public AuthorizationRequest Request { get; }

    public EntityStore Entities { get; }

    private EntityStore Change(bool keepParents)
    {
        var entities = new List<Entity>(_world.Values.Actions());
        foreach (var uid in WorldSchemas.Uids(_world.Schema))
        {
            _world.Entities.TryGetValue(uid, out var old);
            var other = _world.Values.Entity(uid);
            var parents = keepParents ? old?.Parents ?? [] : other.Parents;
            var tags = _facts.OfType<DecidingFact.Tag>().Where(fact => fact.Of == uid).Select(fact => new[] { fact.Name }).ToList<IReadOnlyList<string>>();
            var entity = new Entity(
                uid, Keep(old?.Attributes ?? RecordValue.Empty, other.Attributes, PathsOf(uid)), parents,
                Keep(old?.Tags ?? RecordValue.Empty, other.Tags ?? RecordValue.Empty, tags));
            // One that was missing may have come, and one on which nothing rests may have gone.
            if (entity.Attributes.Count > 0 || parents.Count > 0 || entity.Tags is { Count: > 0 } || _world.Dice.OneIn(2)) entities.Add(entity);
        }
        return EntityStore.Create(entities);
    }

    private List<IReadOnlyList<string>> PathsOf(EntityUid? uid) =>
        [.. _facts.OfType<DecidingFact.Value>().Where(fact => fact.Of == uid).Select(fact => fact.Path)];

    // The new record, with what lies at the paths as it was, there or missing.
    private static RecordValue Keep(RecordValue old, RecordValue other, List<IReadOnlyList<string>> paths)
    {
        if (paths.Exists(path => path.Count == 0)) return old;
        foreach (var group in paths.GroupBy(path => path[0], path => path.Skip(1).ToList()))
        {
            old.TryGet(group.Key, out var was);
            var rest = group.ToList<IReadOnlyList<string>>();
            if (was is RecordValue before && other.TryGet(group.Key, out var now) && now is RecordValue after) was = Keep(before, after, rest);
            other = was is null ? other.Without(group.Key) : other.With(group.Key, was);
        }
        return other;
    }
}
