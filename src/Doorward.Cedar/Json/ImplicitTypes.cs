using Doorward.Cedar.Lexing;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Json;

/// <summary>
/// Gives values the types that a schema declares for their places: where it declares an entity, <c>{"type": .., "id": ..}</c> is
/// one, and where it declares an address, a text is one. What does not fit stays as it is, for validation to report.
/// </summary>
internal static class ImplicitTypes
{
    public static EntityStore? Apply(EntityStore store, Schema schema, out string? problem)
    {
        var entities = new List<Entity>();
        foreach (var entity in store.Entities)
        {
            if (!schema.EntityTypes.TryGetValue(entity.Uid.Type, out var type)) entities.Add(entity);
            else entities.Add(entity with { Attributes = Apply(entity.Attributes, type.Attributes), Tags = type.Tags is { } tags ? ApplyToTags(entity.Tags, tags) : entity.Tags });
        }
        // What actions are in is said by the schema, whether or not the entities repeat it.
        foreach (var action in schema.Actions.Values)
        {
            var index = entities.FindIndex(entity => entity.Uid == action.Uid);
            if (index < 0) entities.Add(new Entity(action.Uid, [.. action.Parents]));
            else entities[index] = entities[index] with { Parents = [.. entities[index].Parents.Union(action.Parents)] };
        }
        return EntityStore.TryCreate(entities, out var result, out problem) ? result : null;
    }

    public static RecordValue Apply(RecordValue record, RecordType type) => RecordValue.Create(record.Select(attribute =>
        KeyValuePair.Create(attribute.Key, type.Attributes.TryGetValue(attribute.Key, out var declared) ? Apply(attribute.Value, declared.Type) : attribute.Value)));

    private static CedarValue Apply(CedarValue value, CedarType type) => (type, value) switch
    {
        (RecordType record, RecordValue attributes) => Apply(attributes, record),
        (SetType set, SetValue elements) => SetValue.Create(elements.Select(element => Apply(element, set.Element))),
        (ExtensionType extension, StringValue) => Call(extension.Name == "ipaddr" ? "ip" : extension.Name, value) ?? value,
        (ExtensionType, RecordValue { Count: 2 } call) when call.TryGet("fn", out var function) && call.TryGet("arg", out var argument)
            && function is StringValue name => Call(name.Value, argument) ?? value,
        (EntityType, RecordValue { Count: 2 } uid) when uid.TryGet("type", out var name) && uid.TryGet("id", out var id)
            && name is StringValue entity && id is StringValue text && CedarText.IsTypeName(entity.Value) => CedarValue.From(new EntityUid(entity.Value, text.Value)),
        _ => value,
    };

    private static RecordValue? ApplyToTags(RecordValue? tags, CedarType type) => tags is null
        ? null
        : RecordValue.Create(tags.Select(tag => KeyValuePair.Create(tag.Key, Apply(tag.Value, type))));

    private static CedarValue? Call(string name, CedarValue argument) =>
        ExtensionFunctions.Find(name) is { Constructs: true, Arity: 1 } function ? function.Call([argument]).Value : null;
}
