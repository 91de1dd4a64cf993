using System.Text.Json;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Json;

/// <summary>
/// Reads values. A method finds the reader on the first token of its value and leaves it on the last; on bad input it reports one
/// error and gives null.
/// </summary>
internal sealed class CedarJsonReader
{
    private readonly JsonPath _path = new();
    private JsonError? _error;

    private readonly int _maxDepth;

    private CedarJsonReader(int maxDepth) => _maxDepth = maxDepth;

    public delegate T? Read<T>(CedarJsonReader state, ref Utf8JsonReader reader);

    public static JsonReadResult<T> Run<T>(ReadOnlySpan<byte> utf8, int maxDepth, Read<T> read)
        where T : class
    {
        var state = new CedarJsonReader(maxDepth);
        // One level more than is allowed, so that the error for it is ours and has a path.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        try
        {
            reader.Read();
            var value = read(state, ref reader);
            if (value is not null && reader.Read()) value = state.Fail<T>(ref reader, "Something follows behind the value.");
            return new JsonReadResult<T>(state._error is null ? value : null, state._error);
        }
        catch (JsonException exception)
        {
            return new JsonReadResult<T>(null, new JsonError(PlainMessage(exception), state._path.ToString(), reader.BytesConsumed));
        }
        catch (InvalidOperationException)
        {
            // What GetString throws for bytes that are no UTF-8 and for half of a surrogate pair.
            return new JsonReadResult<T>(null, new JsonError("This string is no valid Unicode text.", state._path.ToString(), reader.TokenStartIndex));
        }
    }

    public T? Fail<T>(ref Utf8JsonReader reader, string message)
        where T : class
    {
        _error ??= new JsonError(message, _path.ToString(), reader.TokenStartIndex);
        return null;
    }

    public CedarValue? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True: return BooleanValue.True;
            case JsonTokenType.False: return BooleanValue.False;
            case JsonTokenType.String: return new StringValue(reader.GetString()!);
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number)
                    ? new LongValue(number)
                    : Fail<CedarValue>(ref reader, "Cedar numbers are whole and fit into 64 bits; others are strings for decimal(..).");
            case JsonTokenType.StartArray or JsonTokenType.StartObject when reader.CurrentDepth >= _maxDepth:
                return Fail<CedarValue>(ref reader, $"This is nested more than {_maxDepth} levels deep.");
            case JsonTokenType.StartArray: return ReadSet(ref reader);
            case JsonTokenType.StartObject: return ReadObject(ref reader);
            default: return Fail<CedarValue>(ref reader, "Cedar has no null; leave the attribute out.");
        }
    }

    public RecordValue? ReadRecord(ref Utf8JsonReader reader) => ReadValue(ref reader) switch
    {
        null => null,
        RecordValue record => record,
        _ => Fail<RecordValue>(ref reader, "An object should stand here."),
    };

    /// <summary>Reads <c>{"type": "User", "id": "alice"}</c>, with or without an <c>__entity</c> around it.</summary>
    public EntityValue? ReadEntityUid(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return FailAsUid(ref reader);
        reader.Read();
        if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("__entity"u8)) return ReadEntityEscape(ref reader);
        return ReadTypeAndId(ref reader);
    }

    /// <summary>Takes the name of a member and goes to its value; false, with an error, when the name was there before.</summary>
    public bool ReadMember(ref Utf8JsonReader reader, HashSet<string> seen, out string name)
    {
        name = reader.GetString()!;
        var isNew = seen.Add(name);
        if (!isNew) Fail<CedarValue>(ref reader, $"The name {CedarText.Quote(name)} is there twice.");
        reader.Read();
        return isNew;
    }

    public void Enter(string name) => _path.Enter(name);

    public void Enter(int index) => _path.Enter(index);

    public void Leave() => _path.Leave();

    private static string PlainMessage(JsonException exception)
    {
        // The framework's own sentence, without the place it appends: the place is a member of the error.
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    private SetValue? ReadSet(ref Utf8JsonReader reader)
    {
        var elements = new List<CedarValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Enter(elements.Count);
            if (ReadValue(ref reader) is not { } element) return null;
            Leave();
            elements.Add(element);
        }
        return SetValue.Create(elements);
    }

    private CedarValue? ReadObject(ref Utf8JsonReader reader)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var attributes = new List<KeyValuePair<string, CedarValue>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (attributes.Count == 0 && reader.ValueTextEquals("__entity"u8)) return ReadEntityEscape(ref reader);
            if (attributes.Count == 0 && reader.ValueTextEquals("__extn"u8)) return ReadExtension(ref reader);
            if (reader.ValueTextEquals("__entity"u8) || reader.ValueTextEquals("__extn"u8) || reader.ValueTextEquals("__expr"u8))
                return Fail<CedarValue>(ref reader, "The names __entity and __extn stand alone in their object, and __expr is no longer known.");
            if (!ReadMember(ref reader, seen, out var name)) return null;
            Enter(name);
            if (ReadValue(ref reader) is not { } value) return null;
            Leave();
            attributes.Add(KeyValuePair.Create(name, value));
        }
        return RecordValue.Create(attributes);
    }

    private EntityValue? ReadEntityEscape(ref Utf8JsonReader reader)
    {
        Enter("__entity");
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return FailAsUid(ref reader);
        reader.Read();
        var uid = ReadTypeAndId(ref reader);
        Leave();
        return EndsObject(ref reader, uid);
    }

    // With the reader on the first name of the object, or already on its end.
    private EntityValue? ReadTypeAndId(ref Utf8JsonReader reader)
    {
        string? type = null, id = null;
        for (; reader.TokenType != JsonTokenType.EndObject; reader.Read())
        {
            var isType = type is null && reader.ValueTextEquals("type"u8);
            if (!isType && !(id is null && reader.ValueTextEquals("id"u8))) return FailAsUid(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) return FailAsUid(ref reader);
            if (isType) type = reader.GetString();
            else id = reader.GetString();
        }
        if (type is null || id is null) return FailAsUid(ref reader);
        return CedarText.IsTypeName(type)
            ? new EntityValue(new EntityUid(type, id))
            : Fail<EntityValue>(ref reader, $"{CedarText.Quote(type)} is no entity type; types are identifiers joined by `::`.");
    }

    private EntityValue? FailAsUid(ref Utf8JsonReader reader) =>
        Fail<EntityValue>(ref reader, "An entity should stand here, written as {\"type\": \"User\", \"id\": \"alice\"}.");

    private CedarValue? ReadExtension(ref Utf8JsonReader reader)
    {
        Enter("__extn");
        reader.Read();
        var value = new ExtensionJsonReader(this).Read(ref reader);
        Leave();
        return EndsObject(ref reader, value);
    }

    private T? EndsObject<T>(ref Utf8JsonReader reader, T? value)
        where T : CedarValue
    {
        if (value is null) return null;
        reader.Read();
        return reader.TokenType == JsonTokenType.EndObject ? value : Fail<T>(ref reader, "Nothing else may stand beside __entity or __extn.");
    }
}
