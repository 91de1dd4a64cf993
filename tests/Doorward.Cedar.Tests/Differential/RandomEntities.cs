namespace Doorward.Cedar.Tests.Differential;

/// <summary>A store of random entities: some that policies name are missing, hierarchies are flat, wide or deep.</summary>
internal sealed class RandomEntities(Dice dice, RandomSchema schema, RandomValues values)
{
    public List<Entity> Create()
    {
        var entities = new List<Entity>();
        var isDeep = dice.Chance(20);
        var present = dice.Of(100, 80, 30);
        foreach (var type in schema.Types)
        {
            for (var i = 0; i < schema.IdsPerType; i++)
                if (dice.Chance(present)) entities.Add(Entity(new EntityUid(type, $"{i}"), isDeep));
        }
        for (var i = 0; i < schema.Actions.Length; i++)
        {
            EntityUid[] groups = i == 0 || dice.Chance(50) ? [] : [schema.Actions[dice.Below(i)]];
            entities.Add(new Entity(schema.Actions[i], groups));
        }
        return entities;
    }

    private Entity Entity(EntityUid uid, bool isDeep)
    {
        var parents = dice.Many(0, dice.Chance(10) ? 14 : 3, () => Above(uid, isDeep)).OfType<EntityUid>().Distinct().ToArray();
        var tags = schema.Tags[uid.Type] is { } kind && dice.Chance(70)
            ? RecordValue.Create([.. new[] { "a", "b", "a b" }.Where(_ => dice.Chance(60)).Select(name => (name, values.Value(kind)))])
            : null;
        return new Entity(uid, values.Record(schema.Attributes[uid.Type]), parents, tags);
    }

    // Parents come later in an order of all names, so that nothing lies below itself; in a deep hierarchy they are the very next.
    private EntityUid? Above(EntityUid uid, bool isDeep)
    {
        var type = schema.Parents[uid.Type] is { Length: > 0 } types ? dice.Of<string>(types) : uid.Type;
        var rank = int.Parse(uid.Id);
        var parent = new EntityUid(type, $"{(isDeep ? rank + 1 : dice.Between(rank, schema.IdsPerType))}");
        return (int.Parse(parent.Id), Array.IndexOf(schema.Types, type)).CompareTo((rank, Array.IndexOf(schema.Types, uid.Type))) > 0 ? parent : null;
    }
}
