using Doorward.Cedar.Comparison;
using Doorward.Cedar.Tests.Worlds;

namespace Doorward.Cedar.Tests.Comparison;

public sealed class PolicySetDiffTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_newly_allowed_and_newly_denied_is_found()
    {
        var diff = new PolicySetDiff(
            TestPolicy.Set("permit (principal == User::\"alice\", action, resource);"),
            TestPolicy.Set("permit (principal == User::\"bob\", action, resource);"));

        var alice = diff.Compare(TestPolicy.Request, EntityStore.Empty);
        var bob = diff.Compare(TestPolicy.Request with { Principal = new EntityUid("User", "bob") }, EntityStore.Empty);

        Assert.Equal(DecisionChangeKind.NewlyDenied, alice!.Kind);
        Assert.Equal(DecisionChangeKind.NewlyAllowed, bob!.Kind);
        Assert.Equal(["policy0"], alice.Before.Reasons);
        Assert.Null(diff.Compare(TestPolicy.Request with { Principal = new EntityUid("User", "carol") }, EntityStore.Empty));
    }

    [Fact]
    public void A_policy_that_only_moved_is_the_same_unless_reasons_are_asked_for()
    {
        const string Permit = "permit (principal, action, resource);";
        const string Other = "permit (principal == User::\"bob\", action, resource);";
        var (before, after) = (TestPolicy.Set(Permit), TestPolicy.Set(Other, "permit(principal,action,resource) ;"));

        Assert.Equal((0, 1), new PolicySetDiff(before, after).Differing);
        Assert.Null(new PolicySetDiff(before, after).Compare(TestPolicy.Request, EntityStore.Empty));
        Assert.Equal(DecisionChangeKind.OtherReasons, new PolicySetDiff(before, after, withReasons: true).Compare(TestPolicy.Request, EntityStore.Empty)!.Kind);
    }

    [Fact]
    public void Other_words_under_the_same_id_are_another_reason()
    {
        var diff = new PolicySetDiff(
            TestPolicy.Set("permit (principal, action, resource);"), TestPolicy.Set("permit (principal is User, action, resource);"), withReasons: true);

        Assert.Equal(DecisionChangeKind.OtherReasons, diff.Compare(TestPolicy.Request, EntityStore.Empty)!.Kind);
    }

    [Fact]
    public void Changes_come_in_the_order_of_the_requests()
    {
        var diff = new PolicySetDiff(PolicySet.Empty, TestPolicy.Set("permit (principal is User, action, resource);"));
        var requests = Enumerable.Range(0, 10_000).Select(i => new RecordedRequest(TestPolicy.Request with { Principal = new EntityUid(i % 3 == 0 ? "Robot" : "User", $"{i}") }, EntityStore.Empty));

        var ids = diff.CompareAll(requests).Select(change => int.Parse(change.Request.Principal.Id, System.Globalization.CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(Enumerable.Range(0, 10_000).Where(i => i % 3 != 0), ids);
    }

    [Fact]
    public void Differences_are_those_of_evaluating_both_sets_whole()
    {
        var first = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {first}");
        var tally = new Dictionary<string, int>();
        for (var seed = first; seed < first + 1_000; seed++)
        {
            var world = World.Make(seed);
            // Some stay, some go, some say something else, some come, and all may change places.
            var maker = new WorldPolicies(world.Dice, world.Schema);
            var after = PolicySet.Create(world.Dice.Some(world.Policies.Select(policy => world.Dice.OneIn(4) ? TestPolicy.Parse(maker.Policy(), policy.Id) : policy).Reverse())
                .Concat(world.Dice.Times(0, 2, () => maker.Policy()).Select((text, i) => TestPolicy.Parse(text, $"new{i}"))));
            var options = new AuthorizerOptions { DenyOnError = seed % 2 == 0 };
            var (plain, full) = (new PolicySetDiff(world.Policies, after, options: options), new PolicySetDiff(world.Policies, after, withReasons: true, options));
            var entities = EntityStore.Create(world.Entities.Values);
            for (var n = 0; n < 5; n++)
            {
                var request = world.Values.Request();
                var (x, y) = (World.Naive(world.Policies, entities, request, options.DenyOnError), World.Naive(after, entities, request, options.DenyOnError));
                DecisionChangeKind? decision = x.Decision == y.Decision ? null : y.Decision == Decision.Allow ? DecisionChangeKind.NewlyAllowed : DecisionChangeKind.NewlyDenied;
                var reasons = Words(world.Policies, x.Reasons).SetEquals(Words(after, y.Reasons)) ? decision : decision ?? DecisionChangeKind.OtherReasons;
                Assert.True(decision == plain.Compare(request, entities)?.Kind, $"seed {seed}");
                Assert.True(reasons == full.Compare(request, entities)?.Kind, $"seed {seed}");
                tally[$"{reasons}"] = tally.GetValueOrDefault($"{reasons}") + 1;
            }
        }
        output.WriteLine(string.Join(", ", tally));
        Assert.All(Enum.GetNames<DecisionChangeKind>(), kind => Assert.True(tally.GetValueOrDefault(kind) > 20, kind));
    }

    private static HashSet<string> Words(PolicySet policies, IReadOnlyList<string> ids) => [.. ids.Select(id => policies.TryGet(id, out var policy) ? $"{id} {policy}" : id)];
}
