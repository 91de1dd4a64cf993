using Doorward.Cedar.Tests.Differential;

namespace Doorward.Cedar.Tests.Entities;

/// <summary>
/// A store that was changed step by step says the same as one made anew of the entities that it should hold, and as a walk up the
/// parents; and the store before a change stays as it was.
/// </summary>
public sealed class StoreChangeTests
{
    [Theory]
    [InlineData(1, 4, 3)]
    [InlineData(2, 12, 3)]
    [InlineData(3, 40, 2)]
    [InlineData(4, 300, 4)]
    [InlineData(5, 20, 14)]
    public void A_changed_store_is_as_one_made_anew(int seed, int names, int maxParents)
    {
        var dice = new Dice((ulong)seed);
        var expected = new Dictionary<EntityUid, Entity>();
        var store = EntityStore.Empty;
        var refused = 0;
        for (var step = 0; step < 1500; step++)
        {
            var before = store;
            var uid = Uid(dice.Below(names));
            if (dice.Chance(20))
            {
                store = store.Without(uid);
                expected.Remove(uid);
                Assert.Equal(before.Count, store.Count + (before.Find(uid) is null ? 0 : 1));
                continue;
            }
            var entity = new Entity(uid, RecordValue.Create(("step", (long)step)), dice.Many(0, maxParents, () => Uid(dice.Below(names + 2))));
            var wanted = new Dictionary<EntityUid, Entity>(expected) { [uid] = entity };
            if (EntityStore.TryCreate(wanted.Values, out var anew, out _))
            {
                store = store.With(entity);
                expected = wanted;
                if (step % 10 == 0) AssertSame(anew, store, expected, names);
            }
            else
            {
                refused++;
                Assert.Throws<ArgumentException>(() => store.With(entity));
            }
        }
        AssertSame(EntityStore.Create(expected.Values), store, expected, names);
        Assert.InRange(refused, 1, 1400);
    }

    [Fact]
    public void The_store_before_a_change_stays_as_it_was()
    {
        var dice = new Dice(9);
        var before = EntityStore.Create(Enumerable.Range(0, 50).Select(i => new Entity(Uid(i), [.. Enumerable.Range(i + 1, 3).Select(Uid)])));
        var expected = before.Entities.ToDictionary(entity => entity.Uid);

        for (var i = 0; i < 50; i++) before.With(new Entity(Uid(i), Uid(50 + dice.Below(9)))).Without(Uid(dice.Below(50)));

        AssertSame(EntityStore.Create(expected.Values), before, expected, 60);
    }

    private static EntityUid Uid(int i) => new("Group", $"{i}");

    private static void AssertSame(EntityStore anew, EntityStore changed, Dictionary<EntityUid, Entity> expected, int names)
    {
        Assert.Equal(expected.Count, changed.Count);
        Assert.Equal(expected.Count, changed.Entities.Count());
        for (var i = 0; i < names + 2; i++)
        {
            var uid = Uid(i);
            Assert.Equal(expected.GetValueOrDefault(uid), changed.Find(uid));
            var above = Above(expected, uid);
            Assert.True(above.SetEquals(changed.AncestorsOf(uid)), $"above {uid}");
            Assert.True(above.SetEquals(anew.AncestorsOf(uid)), $"above {uid} in the store made anew");
            for (var k = 0; k < Math.Min(names, 40); k++)
            {
                Assert.Equal(above.Contains(Uid(k)), changed.IsBelow(uid, Uid(k)));
                Assert.Equal(above.Contains(Uid(k)), anew.IsBelow(uid, Uid(k)));
            }
        }
    }

    private static HashSet<EntityUid> Above(Dictionary<EntityUid, Entity> entities, EntityUid uid)
    {
        var above = new HashSet<EntityUid>();
        var pending = new Stack<EntityUid>([uid]);
        while (pending.TryPop(out var next))
        {
            foreach (var parent in entities.GetValueOrDefault(next)?.Parents ?? [])
                if (above.Add(parent)) pending.Push(parent);
        }
        return above;
    }
}
