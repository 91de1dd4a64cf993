namespace Doorward.Cedar.Tests.Policies;

public sealed class PolicySetTests
{
    private static readonly Policy A = TestPolicy.Parse("permit (principal, action, resource);", "a");
    private static readonly Policy B = TestPolicy.Parse("forbid (principal, action, resource);", "b");

    [Fact]
    public void Changes_give_a_new_set_and_leave_the_old_one()
    {
        var set = PolicySet.Create([A]);

        Assert.Equal(["a", "b"], set.Add(B).Select(policy => policy.Id));
        Assert.Empty(set.Remove("a"));
        Assert.Equal(Effect.Forbid, Assert.Single(set.Replace(B.WithId("a"))).Effect);
        Assert.Equal(["a", "b"], set.Replace(B).Select(policy => policy.Id));
        Assert.Same(A, Assert.Single(set));
        Assert.Same(set, set.Remove("none"));
    }

    [Fact]
    public void A_replaced_policy_keeps_its_place()
    {
        var set = PolicySet.Create([A, B]).Replace(B.WithId("a"));

        Assert.Equal(["a", "b"], set.Select(policy => policy.Id));
    }

    [Fact]
    public void An_id_is_there_once()
    {
        Assert.Throws<ArgumentException>(() => PolicySet.Create([A, B.WithId("a")]));
        Assert.Throws<ArgumentException>(() => PolicySet.Create([A]).Add(B.WithId("a")));
        var template = PolicySet.Parse("permit (principal == ?principal, action, resource);").PolicySet!;
        Assert.Throws<ArgumentException>(() => template.Add(A.WithId("policy0")));
        Assert.Throws<ArgumentException>(() => template.Replace(A.WithId("policy0")));
        Assert.Single(template.Remove("policy0").Add(A.WithId("policy0")));
    }

    [Fact]
    public void Policies_and_templates_are_found_by_id()
    {
        var set = PolicySet.Parse("permit (principal == ?principal, action, resource); permit (principal, action, resource);").PolicySet!;

        Assert.True(set.TryGetTemplate("policy0", out _));
        Assert.False(set.TryGet("policy0", out _));
        Assert.True(set.TryGet("policy1", out _));
    }
}
