using Doorward.Cedar.Queries;
using Doorward.Cedar.Tests.Worlds;

namespace Doorward.Cedar.Tests.Queries;

/// <summary>Answers of queries are those of evaluating every candidate, on random schemas, policies and entities.</summary>
public sealed class QueryPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void Who_may_and_what_may_one_is_what_every_candidate_gets_by_itself() => Run(1_000, CompareCandidates);

    [Fact(Explicit = true)]
    public void Who_may_and_what_may_one_is_what_every_candidate_gets_50_000_times() => Run(50_000, CompareCandidates);

    [Fact]
    public void A_decision_stays_while_the_facts_that_decide_stay() => Run(1_000, ChangeTheRest);

    [Fact(Explicit = true)]
    public void A_decision_stays_while_the_facts_that_decide_stay_100_000_times() => Run(100_000, ChangeTheRest);

    private void Run(int worlds, Func<World, bool, int> check)
    {
        var first = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {first}");
        var interesting = 0;
        for (var n = 0; n < worlds; n++)
        {
            var seed = first + (ulong)n;
            try
            {
                interesting += check(World.Make(seed), n % 2 == 0);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {exception}");
            }
        }
        output.WriteLine($"{interesting} of {worlds}");
        Assert.True(interesting > worlds / 10);
    }

    private static int CompareCandidates(World world, bool denyOnError)
    {
        var entities = EntityStore.Create(world.Entities.Values);
        var request = world.Values.Request();
        var options = new AuthorizerOptions { DenyOnError = denyOnError };
        var queries = new AccessQueries(world.Schema, world.Policies, entities, options);
        var candidates = WorldSchemas.Uids(world.Schema).ToList();

        var who = candidates.FindAll(uid => IsAllowed(request with { Principal = uid }));
        Assert.Equal(who, queries.Principals(request.Action, request.Resource, request.Context, candidates));
        var what = candidates.FindAll(uid => IsAllowed(request with { Resource = uid }));
        Assert.Equal(what, queries.Resources(request.Principal, request.Action, request.Context, candidates));
        bool IsNamed(EntityUid uid, IReadOnlyList<string> types) => types.Contains(uid.Type) && entities.Find(uid) is not null;
        var action = world.Schema.Actions[request.Action];
        Assert.Equal(
            who.Where(uid => IsNamed(uid, action.PrincipalTypes)).ToHashSet(), queries.Principals(request.Action, request.Resource, request.Context, entities).ToHashSet());
        Assert.Equal(
            what.Where(uid => IsNamed(uid, action.ResourceTypes)).ToHashSet(), queries.Resources(request.Principal, request.Action, request.Context, entities).ToHashSet());
        var all =
            from one in world.Schema.Actions.Values
            where one.PrincipalTypes.Contains(request.Principal.Type)
            orderby one.Uid.Id
            from uid in candidates
            where one.ResourceTypes.Contains(uid.Type) && IsAllowed(request with { Action = one.Uid, Resource = uid, Context = ContextOf(one.Uid) })
            select (one.Uid, uid);
        Assert.Equal(all, queries.Access(request.Principal, ContextOf, candidates));
        return who.Count > 0 && who.Count < candidates.Count ? 1 : 0;

        bool IsAllowed(AuthorizationRequest one) => World.Naive(world.Policies, entities, one, denyOnError).Decision == Decision.Allow;
        RecordValue ContextOf(EntityUid action) => action == request.Action ? request.Context : new WorldValues(new Dice(1), world.Schema).Record(world.Schema.Actions[action].Context);
    }

    // Everything but the facts is made anew, several times.
    private static int ChangeTheRest(World world, bool denyOnError)
    {
        var request = world.Values.Request();
        var options = new AuthorizerOptions { DenyOnError = denyOnError };
        var facts = DecidingFacts.Find(world.Schema, world.Policies, EntityStore.Create(world.Entities.Values), request, options);
        var decision = World.Naive(world.Policies, EntityStore.Create(world.Entities.Values), request, denyOnError).Decision;
        for (var tries = 0; tries < 3; tries++)
        {
            var changed = new ChangedWorld(world, facts, request);
            var other = World.Naive(world.Policies, changed.Entities, changed.Request, denyOnError);
            Assert.True(decision == other.Decision, $"{decision} by {string.Join(", ", facts)}:\n{string.Join('\n', world.Policies)}\n{request}\n{changed.Request}");
        }
        return facts.Count > 0 ? 1 : 0;
    }
}
