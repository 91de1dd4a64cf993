using System.Text;
using System.Text.Json;
using Doorward.Cedar;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>
/// The policies, schemas and entities of the lines of a batch. A line with <c>"cache": "name"</c> keeps what it gives of them under
/// that name; a later line with that name may leave it out, or write the name in the place of one value.
/// </summary>
internal sealed class CedarBatchValues
{
    private readonly Dictionary<string, (string Text, PolicySet? Policies, IReadOnlyList<ParseError> Errors)> _policies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Schema> _schemas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KeptEntities> _entities = new(StringComparer.Ordinal);

    public static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static AuthorizationRequest Request(JsonElement line, Schema? schema)
    {
        if (!line.TryGetProperty("request", out var request) || request.ValueKind != JsonValueKind.Object)
        {
            throw new CedarBatchRefusal("The member request is missing.");
        }

        var action = Uid(request, "action");
        var context = RecordValue.Empty;
        if (request.TryGetProperty("context", out var json) && json.ValueKind != JsonValueKind.Null)
        {
            var bytes = Encoding.UTF8.GetBytes(json.GetRawText());
            var read = schema is null ? CedarJson.ReadContext(bytes) : CedarJson.ReadContext(bytes, schema, action);
            context = read.Value ?? throw new CedarBatchRefusal($"request.context: {read.Error}");
        }

        return new AuthorizationRequest(Uid(request, "principal"), action, Uid(request, "resource"), context);
    }

    public string PolicyText(JsonElement line) => Kept(line, "policies", _policies, Read).Text;

    public PolicySet? Policies(JsonElement line, out IReadOnlyList<ParseError> errors)
    {
        (_, var policies, errors) = Kept(line, "policies", _policies, Read);
        return policies;
    }

    public Schema? Schema(JsonElement line)
    {
        var isGiven = line.TryGetProperty("schema", out var given) && given.ValueKind != JsonValueKind.Null;
        if (!isGiven && (CacheName(line) is not { } name || !_schemas.ContainsKey(name)))
        {
            return null;
        }

        return Kept(line, "schema", _schemas, value =>
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            var result = Doorward.Cedar.Schemas.Schema.ParseAny(text, CedarSources.Limits);
            return result.Schema ?? throw new CedarBatchRefusal($"schema: {result.Errors[0]}");
        });
    }

    public EntityStore Entities(JsonElement line, Schema? schema)
    {
        var isGiven = line.TryGetProperty("entities", out var given) && given.ValueKind != JsonValueKind.Null;
        if (!isGiven && (CacheName(line) is not { } name || !_entities.ContainsKey(name)))
        {
            return new KeptEntities("[]"u8.ToArray()).Read(schema);
        }

        return Kept(line, "entities", _entities, value => new KeptEntities(Encoding.UTF8.GetBytes(value.GetRawText()))).Read(schema);
    }

    private static (string Text, PolicySet? Policies, IReadOnlyList<ParseError> Errors) Read(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        var result = CedarSources.IsJson(text) ? PolicyJson.ReadSet(text, CedarSources.Limits) : PolicySet.Parse(text, CedarSources.Limits);
        return (text, result.PolicySet, result.Errors);
    }

    private static T Kept<T>(JsonElement line, string member, Dictionary<string, T> kept, Func<JsonElement, T> read)
    {
        var name = CacheName(line);
        if (!line.TryGetProperty(member, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return name is null ? throw new CedarBatchRefusal($"The member {member} is missing.")
                : kept.TryGetValue(name, out var known) ? known : throw new CedarBatchRefusal($"No {member} were kept under the name '{name}'.");
        }

        // The name alone: neither policies nor a schema can be one word, and entities are an array.
        if (value.ValueKind == JsonValueKind.String && kept.TryGetValue(value.GetString()!, out var named))
        {
            return named;
        }

        if (value.ValueKind == JsonValueKind.Object && Text(value, "cache") is { } reference)
        {
            var inner = value.EnumerateObject().FirstOrDefault(part => part.Name is "value" or "text" || part.Name == member);
            return inner.Value.ValueKind == JsonValueKind.Undefined
                ? kept.TryGetValue(reference, out var known) ? known : throw new CedarBatchRefusal($"No {member} were kept under the name '{reference}'.")
                : kept[reference] = read(inner.Value);
        }

        var result = read(value);
        if (name is not null)
        {
            kept[name] = result;
        }

        return result;
    }

    private static string? CacheName(JsonElement line) => Text(line, "cache");

    public static EntityUid Uid(JsonElement request, string name)
    {
        if (request.TryGetProperty(name, out var value))
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("__entity", out var inner))
            {
                value = inner;
            }

            if (value.ValueKind == JsonValueKind.Object && Text(value, "type") is { } type && Text(value, "id") is { } id && EntityUid.IsValidType(type))
            {
                return new EntityUid(type, id);
            }

            if (value.ValueKind == JsonValueKind.String && EntityUid.TryParse(value.GetString(), out var uid))
            {
                return uid;
            }
        }

        throw new CedarBatchRefusal($"request.{name} should be an entity, written as {{\"type\": \"User\", \"id\": \"alice\"}}.");
    }

    /// <summary>Entities, read once for every schema that they are used with.</summary>
    private sealed class KeptEntities(byte[] json)
    {
        private (Schema? Schema, EntityStore Store)? _read;

        public EntityStore Read(Schema? schema)
        {
            if (_read is { } read && ReferenceEquals(read.Schema, schema))
            {
                return read.Store;
            }

            var result = schema is null ? CedarJson.ReadEntities(json) : CedarJson.ReadEntities(json, schema);
            var store = result.Value ?? throw new CedarBatchRefusal($"entities: {result.Error}");
            if (schema is not null && RequestValidator.Validate(schema, store.Entities) is [var error, ..])
            {
                throw new CedarBatchRefusal($"The entities do not agree with the schema: {error}");
            }

            _read = (schema, store);
            return store;
        }
    }
}
