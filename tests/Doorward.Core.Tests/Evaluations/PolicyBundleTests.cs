using Doorward.Core.Evaluations;

namespace Doorward.Core.Tests.Evaluations;

public sealed class PolicyBundleTests
{
    private const string Permit = "permit (principal, action, resource);";

    // Two faults in one policy, as the parser finds them.
    private static readonly PolicyDefinition Broken = new("broken", "forbid (principal, action, resource) when { context.a. };\n@x(");

    [Fact]
    public void The_next_publication_is_applied_after_one_whose_policy_has_several_faults()
    {
        var before = PolicyBundle.Create(1, [Broken, new PolicyDefinition("good", Permit)]);
        Assert.True(before.Faults.Length > 1);

        var unrelated = before.With(2, [new PolicyDefinition("another", Permit)], []);
        Assert.Equal(before.Faults, unrelated.Faults);
        Assert.Equal(2, unrelated.Policies.Length);

        Assert.Empty(unrelated.With(3, [Broken with { Cedar = Permit }], []).Faults);
        Assert.Empty(unrelated.With(3, [], ["broken"]).Faults);
    }

    [Fact]
    public void All_faults_of_a_policy_stay_with_it_however_it_came()
    {
        var whole = PolicyBundle.Create(1, [Broken]);
        var added = PolicyBundle.Empty.With(1, [Broken], []);

        Assert.Equal(whole.Faults, added.Faults);
        Assert.Equal(whole.Faults, added.With(2, [Broken], []).Faults);
    }
}
