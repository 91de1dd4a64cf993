using Doorward.Core.Evaluations;
using static Doorward.Core.Tests.Evaluations.World;

namespace Doorward.Core.Tests.Evaluations;

/// <summary>Design section 11: an evaluation allocates nothing beyond what its decision keeps, however many policies there are.</summary>
public sealed class EvaluationAllocationTests
{
    private const int Rounds = 100;

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void A_denial_allocates_nothing(int policies)
    {
        var (decision, bytes) = Measure(policies, "context.session.assurance >= 3");
        Assert.Equal(DecisionCause.NoPermit, decision.Cause);
        Assert.Equal(0, bytes);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void An_allow_allocates_the_list_of_its_reasons_and_no_more(int policies)
    {
        var (decision, bytes) = Measure(policies, "context.session.assurance >= 1 && resource.hasTag(\"sensitivity\") && principal has email");
        Assert.Equal(["wiki"], decision.Reasons);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reasons = new string[1];
        Assert.Equal((GC.GetAllocatedBytesForCurrentThread() - before) * Rounds, bytes);
        GC.KeepAlive(reasons);
    }

    private static (AccessDecision Decision, long Bytes) Measure(int policies, string condition)
    {
        var others = Enumerable.Range(1, policies - 1).Select(i => new PolicyDefinition(
            $"p{i}", $"permit (principal in Group::\"g{i}\", action in Action::\"access\", resource == Application::\"a{i}\") when {{ context.session.mfa }};"));
        var bundle = PolicyBundle.Create(1, [
            new("wiki", $"permit (principal in Group::\"engineering\", action in Action::\"access\", resource == Application::\"wiki\") when {{ {condition} }};"),
            .. others]);
        var input = Input();
        var (judges, entities, request) = (bundle.For(input.Resource), PreparedEntities.For(input).Store, CedarMapping.Request(input));
        for (var i = 0; i < Rounds; i++) Evaluator.Decide(judges, entities, request, input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        AccessDecision decision = default;
        for (var i = 0; i < Rounds; i++) decision = Evaluator.Decide(judges, entities, request, input);
        return (decision, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
