namespace Doorward.Cedar.Tests.Policies;

public sealed class TemplateTests
{
    private static readonly Template Shared = PolicySet.Parse(
        "@shared(\"yes\") permit (principal in ?principal, action, resource is Application in ?resource) when { resource.open };").PolicySet!.Templates.Single();

    [Fact]
    public void A_link_decides_as_a_policy_with_the_entities_in_the_slots()
    {
        var group = new EntityUid("Group", "g");
        var link = Shared.Link("link", new Dictionary<Slot, EntityUid> { [Slot.Principal] = group, [Slot.Resource] = TestPolicy.Wiki });
        var wiki = new Entity(TestPolicy.Wiki, RecordValue.Create(("open", CedarValue.From(true))), []);

        var set = PolicySet.Create([link], [Shared]);
        Assert.Equal(Decision.Allow, Decide(set, new Entity(TestPolicy.Alice, group), wiki));
        Assert.Equal(Decision.Deny, Decide(set, new Entity(TestPolicy.Alice), wiki));
        Assert.Equal(Decision.Deny, Decide(PolicySet.Create([], [Shared]), new Entity(TestPolicy.Alice, group), wiki));
        Assert.Equal(("policy0", "yes"), (link.Link!.TemplateId, link.Annotations["shared"]));
    }

    [Fact]
    public void Every_slot_needs_its_value_and_no_other()
    {
        Assert.Throws<ArgumentException>(() => Shared.Link("a", new Dictionary<Slot, EntityUid> { [Slot.Principal] = TestPolicy.Alice }));
        var only = PolicySet.Parse("permit (principal == ?principal, action, resource);").PolicySet!.Templates.Single();
        Assert.Throws<ArgumentException>(() => only.Link("a", new Dictionary<Slot, EntityUid> { [Slot.Principal] = TestPolicy.Alice, [Slot.Resource] = TestPolicy.Wiki }));
    }

    [Fact]
    public void Sets_keep_their_order_through_changes_and_never_change_themselves()
    {
        var set = TestPolicy.Set(Enumerable.Repeat("permit (principal, action, resource);", 2_000).ToArray());
        var changed = set.Remove("policy0").Replace(TestPolicy.Parse("forbid (principal, action, resource);", "policy5")).Add(TestPolicy.Parse("permit (principal, action, resource);", "last"));

        Assert.Equal(["policy1", "policy2", "policy3", "policy4", "policy5"], changed.Take(5).Select(policy => policy.Id));
        Assert.Equal(("last", Effect.Forbid), (changed.Last().Id, changed.ElementAt(4).Effect));
        Assert.Equal((2_000, 2_000, Effect.Permit), (set.Count, changed.Count, set.ElementAt(5).Effect));
    }

    private static Decision Decide(PolicySet set, params Entity[] entities) =>
        Authorizer.IsAuthorized(set, EntityStore.Create(entities), TestPolicy.Request).Decision;
}
