using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using static Doorward.Core.Tests.Evaluations.World;

namespace Doorward.Core.Tests.Evaluations;

/// <summary>Each fact of a device has an age: its own, or that of the report which it came with.</summary>
public sealed class FactAgeTests
{
    private const string Fresh = """
        permit (principal, action, resource) when {
          context has device && context.device.posture has antivirus && context.device.posture.antivirus has age
          && context.device.posture.antivirus.age < duration("1m") };
        """;

    [Theory]
    [InlineData(30, null, true)] // as old as the report
    [InlineData(90, null, false)]
    [InlineData(30, 90, false)] // a vendor's word is older
    [InlineData(90, 30, true)]
    [InlineData(null, 30, true)]
    [InlineData(null, null, false)] // of no known age
    public void A_fact_is_as_old_as_when_it_was_read(int? report, int? fact, bool allowed) =>
        Assert.Equal(allowed, Judge(Fresh, With(report, fact)).Allowed);

    [Fact]
    public void It_is_stored_with_the_facts_and_read_back_to_the_same_answer()
    {
        var input = Input(With(report: 90, fact: 30));
        Assert.True(Evaluator.Evaluate(Bundle(Fresh), EvaluationInput.FromJson(input.FactsToJson(), input.MomentToJson())!).Allowed);
        var older = Input(With(report: 30, fact: 90));
        Assert.False(Evaluator.Evaluate(Bundle(Fresh), EvaluationInput.FromJson(older.FactsToJson(), older.MomentToJson())!).Allowed);
    }

    [Fact]
    public void A_policy_that_reads_it_is_asked_again_by_the_clock_and_its_evaluation_allocates_nothing()
    {
        var bundle = Bundle(Fresh);
        Assert.True(bundle.PoliciesReadClock(Wiki));
        var input = Input(With(report: 90, fact: null));
        var (judges, entities, request) = (bundle.For(input.Resource), PreparedEntities.For(input).Store, CedarMapping.Request(input));
        for (var i = 0; i < 100; i++) Evaluator.Decide(judges, entities, request, input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Evaluator.Decide(judges, entities, request, input);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Evidence With(int? report, int? fact) => Alice with
    {
        Device = new DeviceEvidence("d1", Managed: true, Seen: true, Bound: true, Compliant: true)
        {
            Reported = report is { } seconds ? Now.AddSeconds(-seconds) : null,
            Facts = [new FactEvidence("antivirus", true, 3) { At = fact is { } own ? Now.AddSeconds(-own) : null }],
        },
    };
}
