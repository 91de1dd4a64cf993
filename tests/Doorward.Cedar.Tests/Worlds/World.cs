using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Tests.Worlds;

/// <summary>A random schema with entities and policies that fit it.</summary>
internal sealed class World
{
    private World(Dice dice, Schema schema, PolicySet policies) =>
        (Dice, Schema, Policies, Values) = (dice, schema, policies, new WorldValues(dice, schema));

    public Dice Dice { get; }

    public Schema Schema { get; }

    public PolicySet Policies { get; }

    public WorldValues Values { get; }

    /// <summary>Entities by name; some that requests and policies name are missing.</summary>
    public Dictionary<EntityUid, Entity> Entities { get; } = [];

    public static World Make(ulong seed, int leastPolicies = 1, int mostPolicies = 6)
    {
        var dice = new Dice(seed);
        var schema = WorldSchemas.Make(dice);
        var world = new World(dice, schema, new WorldPolicies(dice, schema).Set(leastPolicies, mostPolicies));
        foreach (var action in world.Values.Actions()) world.Entities.Add(action.Uid, action);
        foreach (var uid in WorldSchemas.Uids(schema))
            if (!dice.OneIn(6)) world.Entities.Add(uid, world.Values.Entity(uid));
        return world;
    }

    /// <summary>The answer by the definition: every policy by itself, in the order of the set.</summary>
    public static AuthorizationResponse Naive(PolicySet policies, IEntityStore entities, AuthorizationRequest request, bool denyOnError = false)
    {
        var outcomes = policies.Select(policy => (Policy: policy, Outcome: Authorizer.Evaluate(policy, entities, request))).ToList();
        var errors = outcomes.Where(one => one.Outcome.Error is not null).Select(one => one.Outcome.Error!).ToList();
        List<string> Of(Effect effect) => [.. outcomes
            .Where(one => one.Policy.Effect == effect && (one.Outcome.IsSatisfied || (denyOnError && effect == Effect.Forbid && one.Outcome.Error is not null)))
            .Select(one => one.Policy.Id)];
        var (permits, forbids) = (Of(Effect.Permit), Of(Effect.Forbid));
        return forbids.Count == 0 && permits.Count > 0 ? new AuthorizationResponse(Decision.Allow, permits, errors) : new AuthorizationResponse(Decision.Deny, forbids, errors);
    }
}
