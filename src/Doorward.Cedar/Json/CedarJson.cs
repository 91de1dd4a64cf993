using System.Text.Json;
using Doorward.Cedar.Json;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar;

/// <summary>
/// Cedar's JSON for contexts and entities, as UTF-8. Entities are <c>{"__entity": {"type": "User", "id": "alice"}}</c>, extension
/// values <c>{"__extn": {"fn": "ip", "arg": "10.0.0.1"}}</c>. Bad text is a returned error with its place, never an exception.
/// </summary>
public static class CedarJson
{
    /// <summary>How deep objects and arrays may lie in one another when nothing else is said.</summary>
    public const int DefaultMaxDepth = 32;

    /// <summary>Reads a context, which is a JSON object.</summary>
    public static JsonReadResult<RecordValue> ReadContext(ReadOnlySpan<byte> utf8, int maxDepth = DefaultMaxDepth) =>
        CedarJsonReader.Run(utf8, maxDepth, static (CedarJsonReader state, ref Utf8JsonReader reader) => state.ReadRecord(ref reader));

    /// <summary>Reads any value.</summary>
    public static JsonReadResult<CedarValue> ReadValue(ReadOnlySpan<byte> utf8, int maxDepth = DefaultMaxDepth) =>
        CedarJsonReader.Run(utf8, maxDepth, static (CedarJsonReader state, ref Utf8JsonReader reader) => state.ReadValue(ref reader));

    /// <summary>Reads an array of entities, each with <c>uid</c>, <c>attrs</c>, <c>parents</c> and perhaps <c>tags</c>.</summary>
    public static JsonReadResult<EntityStore> ReadEntities(ReadOnlySpan<byte> utf8, int maxDepth = DefaultMaxDepth) => CedarJsonReader.Run(
        utf8, maxDepth, static (CedarJsonReader state, ref Utf8JsonReader reader) => new EntityJsonReader(state).ReadStore(ref reader));

    /// <summary>Reads the context of an action, where values may leave out what its schema says of their types.</summary>
    public static JsonReadResult<RecordValue> ReadContext(ReadOnlySpan<byte> utf8, Schema schema, EntityUid action, int maxDepth = DefaultMaxDepth)
    {
        var result = ReadContext(utf8, maxDepth);
        return result.Success && schema.Actions.TryGetValue(action, out var declared)
            ? new JsonReadResult<RecordValue>(ImplicitTypes.Apply(result.Value, declared.Context), null)
            : result;
    }

    /// <summary>Reads entities, where values may leave out what the schema says of their types; the schema's actions are added.</summary>
    public static JsonReadResult<EntityStore> ReadEntities(ReadOnlySpan<byte> utf8, Schema schema, int maxDepth = DefaultMaxDepth)
    {
        var result = ReadEntities(utf8, maxDepth);
        if (!result.Success) return result;
        var store = ImplicitTypes.Apply(result.Value, schema, out var problem);
        return new JsonReadResult<EntityStore>(store, store is null ? new JsonError(problem!, "$", 0) : null);
    }

    /// <summary>Writes a value; reading it again gives an equal one.</summary>
    public static void WriteValue(Utf8JsonWriter writer, CedarValue value) => CedarJsonWriter.Write(writer, value);

    /// <summary>Writes a context.</summary>
    public static void WriteContext(Utf8JsonWriter writer, RecordValue context) => CedarJsonWriter.Write(writer, context);

    /// <summary>Writes entities as an array; reading them again gives equal ones.</summary>
    public static void WriteEntities(Utf8JsonWriter writer, IEnumerable<Entity> entities) => CedarJsonWriter.Write(writer, entities);
}
