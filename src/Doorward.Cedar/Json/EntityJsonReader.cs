using System.Text.Json;

namespace Doorward.Cedar.Json;

/// <summary>Reads arrays of <c>{"uid": .., "attrs": {..}, "parents": [..], "tags": {..}}</c>.</summary>
internal sealed class EntityJsonReader(CedarJsonReader values)
{
    private const string Shape =
        "An entity is written as {\"uid\": {\"type\": .., \"id\": ..}, \"attrs\": {..}, \"parents\": [..], \"tags\": {..}}.";

    private readonly EntityUidJsonReader _uids = new(values);

    public EntityStore? ReadStore(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return values.Fail<EntityStore>(ref reader, "Entities are written as an array.");
        var entities = new List<Entity>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Enter(entities.Count);
            if (ReadEntity(ref reader) is not { } entity) return null;
            values.Leave();
            entities.Add(entity);
        }
        return EntityStore.TryCreate(entities, out var store, out var problem) ? store : values.Fail<EntityStore>(ref reader, problem);
    }

    private Entity? ReadEntity(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return values.Fail<Entity>(ref reader, Shape);
        EntityValue? uid = null;
        RecordValue? attributes = null, tags = null;
        List<EntityUid>? parents = null;
        var seen = new MemberNames();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!values.ReadMember(ref reader, seen, out var name)) return null;
            values.Enter(name);
            var isRead = name switch
            {
                "uid" => (uid = _uids.Read(ref reader)) is not null,
                "attrs" => (attributes = values.ReadRecord(ref reader)) is not null,
                "parents" => (parents = ReadParents(ref reader)) is not null,
                "tags" => (tags = values.ReadRecord(ref reader)) is not null,
                _ => values.Fail<Entity>(ref reader, Shape) is not null,
            };
            if (!isRead) return null;
            values.Leave();
        }
        return uid is null
            ? values.Fail<Entity>(ref reader, "This entity has no uid.")
            : new Entity(uid.Uid, attributes ?? RecordValue.Empty, parents ?? [], tags);
    }

    private List<EntityUid>? ReadParents(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            values.Fail<Entity>(ref reader, "Parents are written as an array.");
            return null;
        }
        var parents = new List<EntityUid>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Enter(parents.Count);
            if (_uids.Read(ref reader) is not { } parent) return null;
            values.Leave();
            parents.Add(parent.Uid);
        }
        return parents;
    }
}
