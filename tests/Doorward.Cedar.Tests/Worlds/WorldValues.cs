using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Tests.Worlds;

/// <summary>Random values, entities and requests that agree with a schema.</summary>
internal sealed class WorldValues(Dice dice, Schema schema)
{
    private readonly List<EntityUid> _uids = [.. WorldSchemas.Uids(schema)];

    public CedarValue Value(CedarType type) => type switch
    {
        BooleanType => dice.OneIn(2),
        LongType => Number(),
        StringType => dice.Pick("a", "b", "ab", ""),
        ExtensionType { Name: "ipaddr" } => TestPolicy.Value(dice.Pick("""ip("10.0.0.1")""", """ip("10.0.0.0/8")""", """ip("::1")""")),
        ExtensionType { Name: "decimal" } => new DecimalValue(Number()),
        ExtensionType { Name: "datetime" } => new DateTimeValue(Number()),
        ExtensionType => new DurationValue(Number()),
        EntityType entity => Uid(entity.Names[0]),
        SetType set => SetValue.Create(dice.Times(0, 3, () => Value(set.Element))),
        RecordType record => Record(record),
        _ => throw new InvalidOperationException($"No values of {type}."),
    };

    public RecordValue Record(RecordType type) => RecordValue.Create(type.Attributes
        .Where(attribute => attribute.Value.IsRequired || dice.OneIn(2))
        .Select(attribute => KeyValuePair.Create(attribute.Key, Value(attribute.Value.Type))));

    public EntityUid Uid(string type) => dice.From(_uids.FindAll(uid => uid.Type == type));

    public List<EntityUid> Parents(EntityUid uid)
    {
        var types = schema.EntityTypes[uid.Type].Parents;
        return dice.Some(_uids.Where(parent => types.Contains(parent.Type) && IsAbove(parent, uid)), 3);
    }

    public Entity Entity(EntityUid uid)
    {
        var definition = schema.EntityTypes[uid.Type];
        return new Entity(uid, Record(definition.Attributes), Parents(uid), Tags(definition));
    }

    public RecordValue Tags(EntityTypeDefinition definition) => definition.Tags is { } tags
        ? RecordValue.Create(dice.Some(WorldSchemas.Names).Select(name => KeyValuePair.Create(name, Value(tags))))
        : RecordValue.Empty;

    public IEnumerable<Entity> Actions() => schema.Actions.Values.Select(action => new Entity(action.Uid, [.. action.Parents]));

    public AuthorizationRequest Request()
    {
        var action = schema.Actions[new EntityUid("Action", dice.Pick("read", "write"))];
        return new AuthorizationRequest(Uid(dice.From(action.PrincipalTypes)), action.Uid, Uid(dice.From(action.ResourceTypes)), Record(action.Context));
    }

    // Types in the order of the schema, and within one the order of ids: no entity lies below itself.
    private static bool IsAbove(EntityUid parent, EntityUid child) => parent.Type != child.Type || string.CompareOrdinal(parent.Id, child.Id) > 0;

    private long Number() => dice.OneIn(12) ? dice.Pick(long.MaxValue, long.MinValue) : dice.Below(5) - 1;
}
