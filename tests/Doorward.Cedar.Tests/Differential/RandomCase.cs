namespace Doorward.Cedar.Tests.Differential;

/// <summary>Entities, policies and requests, all from one number.</summary>
internal sealed record RandomCase(ulong Seed, EntityStore Entities, PolicySet Policies, IReadOnlyList<AuthorizationRequest> Requests)
{
    /// <summary>A case; one for a peer has no number that a double cannot hold, and few entities, which the peer reads with every request.</summary>
    public static RandomCase Create(ulong seed, int requests, int maxPolicies = 10_000, bool forPeer = false)
    {
        var dice = new Dice(seed);
        var schema = new RandomSchema(dice, forPeer);
        var values = new RandomValues(dice, schema) { SmallNumbers = forPeer };
        var entities = EntityStore.Create(new RandomEntities(dice, schema, values).Create());
        var count = Math.Min(maxPolicies, Count(dice));
        var policies = new RandomPolicies(dice, schema, new RandomExpressions(dice, schema, values)).Create(count);
        return new RandomCase(seed, entities, policies, dice.Many(requests, requests, () => new AuthorizationRequest(
            schema.Uid(dice), schema.Action(dice), schema.Uid(dice), values.Record(schema.Context))));
    }

    // Small sets mostly, large ones now and then.
    private static int Count(Dice dice) => dice.Below(1000) switch
    {
        < 600 => dice.Between(1, 8),
        < 900 => dice.Between(9, 60),
        < 990 => dice.Between(61, 400),
        < 999 => dice.Between(401, 3000),
        _ => dice.Between(3001, 10_000),
    };
}
