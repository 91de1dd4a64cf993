using Doorward.Cedar.Analysis;
using Doorward.Cedar.Tests.Worlds;

namespace Doorward.Cedar.Tests.Analysis;

/// <summary>A policy that is said to change no decision changes none, on random schemas, policies, entities and requests.</summary>
public sealed class AnalysisPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void No_decision_depends_on_a_policy_that_is_said_to_change_none() => Run(300);

    [Fact(Explicit = true)]
    public void No_decision_depends_on_a_policy_that_is_said_to_change_none_20_000_times() => Run(20_000);

    private void Run(int worlds)
    {
        var first = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {first}");
        var tally = new Dictionary<AnalysisKind, int>();
        var satisfied = 0;
        for (var n = 0; n < worlds; n++)
        {
            var seed = first + (ulong)n;
            var world = World.Make(seed, leastPolicies: 0, mostPolicies: 2);
            var policies = WithRelated(world);
            foreach (var finding in new PolicyAnalyzer(world.Schema).Analyze(policies))
            {
                tally[finding.Kind] = tally.GetValueOrDefault(finding.Kind) + 1;
                Assert.True(policies.TryGet(finding.PolicyId, out var policy));
                for (var requests = 0; requests < 20; requests++) satisfied += Check(world, policies, finding, policy, seed) ? 1 : 0;
            }
        }
        output.WriteLine($"{string.Join(", ", tally)}; {satisfied} requests satisfied a policy that is overruled");
        Assert.All(Enum.GetValues<AnalysisKind>(), kind => Assert.True(tally.GetValueOrDefault(kind) > worlds / 20, kind.ToString()));
        Assert.True(satisfied > worlds / 10);
    }

    private static bool Check(World world, PolicySet policies, AnalysisFinding finding, Policy policy, ulong seed)
    {
        var entities = EntityStore.Create([.. world.Values.Actions(), .. WorldSchemas.Uids(world.Schema).Where(_ => !world.Dice.OneIn(6)).Select(world.Values.Entity)]);
        var request = world.Values.Request();
        foreach (var denyOnError in new[] { false, true })
        {
            var with = World.Naive(policies, entities, request, denyOnError).Decision;
            var without = World.Naive(policies.Remove(policy.Id), entities, request, denyOnError).Decision;
            Assert.True(with == without, $"seed {seed}, {finding}\n{string.Join('\n', policies)}\n{request}");
        }
        var outcome = Authorizer.Evaluate(policy, entities, request);
        Assert.False(finding.Kind == AnalysisKind.NeverApplies && outcome.IsSatisfied, $"seed {seed}, {finding}");
        return outcome.IsSatisfied;
    }

    // Policies beside which others stand that say more, less or the opposite.
    private static PolicySet WithRelated(World world)
    {
        var texts = world.Policies.Select(policy => policy.ToString()).ToList();
        var maker = new WorldPolicies(world.Dice, world.Schema);
        for (var n = 0; n < 2; n++)
        {
            var text = maker.Policy();
            var parts = text.TrimEnd(';').Split([" when ", " unless "], StringSplitOptions.None);
            texts.Add($"permit{text[text.IndexOf(' ', StringComparison.Ordinal)..]}");
            texts.Add($"forbid{parts[0][parts[0].IndexOf(' ', StringComparison.Ordinal)..]}{(world.Dice.OneIn(2) && parts.Length > 1 ? text[parts[0].Length..].TrimEnd(';') : "")};");
            if (parts.Length > 1) texts.Add($"{text.TrimEnd(';')} {world.Dice.Pick("when", "unless")} {parts[^1]};");
            texts.Add($"{text.TrimEnd(';')} when {{ {maker.Comparison()} && {maker.Comparison()} }};");
        }
        return PolicySet.Create(texts.Select((text, i) => TestPolicy.Parse(text, $"policy{i}")));
    }
}
