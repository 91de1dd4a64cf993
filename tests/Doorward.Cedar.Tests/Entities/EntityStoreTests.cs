namespace Doorward.Cedar.Tests.Entities;

public sealed class EntityStoreTests
{
    private static readonly EntityUid Alice = new("User", "alice"), Developers = new("Group", "developers"), Staff = new("Group", "staff"), All = new("Group", "all");

    private static readonly EntityStore Store = EntityStore.Create([new Entity(Alice, Developers), new Entity(Developers, Staff), new Entity(Staff)]);

    [Fact]
    public void Knows_everything_above_an_entity()
    {
        Assert.True(Store.IsBelow(Alice, Developers));
        Assert.True(Store.IsBelow(Alice, Staff));
        Assert.False(Store.IsBelow(Staff, Alice));
        Assert.False(Store.IsBelow(Alice, Alice));
        Assert.False(Store.IsBelow(new EntityUid("User", "nobody"), Staff));
    }

    [Fact]
    public void A_new_parent_high_up_reaches_all_below_and_the_old_store_stays()
    {
        var changed = Store.With(new Entity(Staff, All));

        Assert.True(changed.IsBelow(Alice, All));
        Assert.False(Store.IsBelow(Alice, All));
    }

    [Fact]
    public void Leaving_a_group_ends_what_came_through_it()
    {
        Assert.False(Store.With(new Entity(Alice)).IsBelow(Alice, Staff));
        Assert.True(Store.With(new Entity(Alice, Staff)).IsBelow(Alice, Staff));
        Assert.False(Store.With(new Entity(Alice, Staff)).IsBelow(Alice, Developers));
    }

    [Fact]
    public void A_removed_entity_is_still_above_its_children_but_nothing_is_above_it()
    {
        var changed = Store.Without(Developers);

        Assert.Null(changed.Find(Developers));
        Assert.True(changed.IsBelow(Alice, Developers));
        Assert.False(changed.IsBelow(Alice, Staff));
        Assert.Same(changed, changed.Without(Developers));
    }

    [Fact]
    public void A_parent_that_is_added_later_connects()
    {
        var store = EntityStore.Empty.With(new Entity(Alice, Developers)).With(new Entity(Developers, Staff));

        Assert.True(store.IsBelow(Alice, Staff));
    }

    // A chain of n entities has n²/2 ancestors: without a bound these few megabytes of entities would take 40 GB.
    [Fact]
    public void A_chain_that_would_take_all_memory_is_refused_and_a_long_one_is_not()
    {
        static IEnumerable<Entity> Chain(int length) =>
            Enumerable.Range(0, length).Select(i => new Entity(new EntityUid("Group", $"{i}"), new EntityUid("Group", $"{i + 1}")));

        Assert.False(EntityStore.TryCreate(Chain(100_000), out _, out var problem));
        Assert.StartsWith("Up to Group::\"", problem, StringComparison.Ordinal);
        Assert.EndsWith("Make the hierarchy flatter or give fewer entities.", problem, StringComparison.Ordinal);
        Assert.True(EntityStore.Create(Chain(1_000)).IsBelow(new EntityUid("Group", "0"), new EntityUid("Group", "1000")));
    }

    // Not the groups, but the many that lie below two of them each are too much.
    [Fact]
    public void Those_at_the_foot_of_a_deep_hierarchy_count_too()
    {
        var groups = Enumerable.Range(0, 2_000).Select(i => new Entity(new EntityUid("Group", $"{i}"), new EntityUid("Group", $"{i + 1}")));
        var users = Enumerable.Range(0, 100_000).Select(i => new Entity(new EntityUid("User", $"{i}"), new EntityUid("Group", $"{i % 100}"), new EntityUid("Team", $"{i}")));

        Assert.False(EntityStore.TryCreate(groups.Concat(users), out _, out var problem));
        Assert.StartsWith("Up to User::\"", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entity_below_itself_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Store.With(new Entity(Staff, Alice)));
        Assert.Throws<ArgumentException>(() => Store.With(new Entity(Staff, Staff)));
        Assert.False(EntityStore.TryCreate([new Entity(Alice, Staff), new Entity(Staff, Alice)], out _, out var problem));
        Assert.Contains("below itself", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_different_entities_of_one_name_are_refused_and_equal_ones_count_once()
    {
        Assert.False(EntityStore.TryCreate([new Entity(Alice, Staff), new Entity(Alice, Developers)], out _, out var problem));
        Assert.Contains("two different", problem, StringComparison.Ordinal);
        Assert.Equal(1, EntityStore.Create([new Entity(Alice, Staff, All), new Entity(Alice, All, Staff)]).Count);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_parents_does_not_exhaust_the_stack()
    {
        // Every second link ends, so that the closure of a link stays small while the walk is long.
        var entities = Enumerable.Range(0, 100_000).Select(i => new Entity(Uid(i), i % 500 == 499 ? [] : [Uid(i + 1)]));

        Assert.True(EntityStore.Create(entities).IsBelow(Uid(0), Uid(499)));

        static EntityUid Uid(int i) => new("Link", $"{i}");
    }

    [Fact]
    public void An_entity_laid_over_a_store_hides_the_one_below_and_has_its_own_groups()
    {
        var layered = new LayeredEntityStore(
            EntityStore.Create([new Entity(Developers, Staff), new Entity(new EntityUid("Device", "d"), Alice)]),
            new Entity(Alice, RecordValue.Create(("name", "Alice")), [Developers]));

        Assert.Equal("Alice", ((StringValue)layered.Find(Alice)!.Attributes.Single().Value).Value);
        Assert.NotNull(layered.Find(Developers));
        Assert.True(layered.IsBelow(Alice, Staff));
        Assert.True(layered.IsBelow(new EntityUid("Device", "d"), Staff));
        Assert.False(layered.IsBelow(Alice, All));
    }
}
