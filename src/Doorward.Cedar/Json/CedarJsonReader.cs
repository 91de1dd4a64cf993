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
    private readonly RepeatedTexts _texts = new();
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
            return state.Failed<T>(PlainMessage(exception), reader.BytesConsumed);
        }
        catch (InvalidOperationException)
        {
            // What GetString throws for bytes that are no UTF-8 and for half of a surrogate pair.
            return state.Failed<T>("This string is no valid Unicode text.", reader.TokenStartIndex);
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
            case JsonTokenType.String: return _texts.ReadValue(ref reader);
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number)
                    ? LongValue.From(number)
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

    /// <summary>Reads <c>{"__entity": {"type": "User", "id": "alice"}}</c> from that name on.</summary>
    public EntityValue? ReadEntityEscape(ref Utf8JsonReader reader) => ReadEscape(
        ref reader, "__entity", static (CedarJsonReader state, ref Utf8JsonReader at) => new EntityUidJsonReader(state).ReadPlain(ref at));

    /// <summary>Takes the name of a member and goes to its value; false, with an error, when the name was there before.</summary>
    public bool ReadMember(ref Utf8JsonReader reader, MemberNames seen, out string name)
    {
        name = _texts.ReadText(ref reader);
        var isNew = seen.Add(name);
        if (!isNew) Fail<CedarValue>(ref reader, $"The name {CedarText.Quote(name)} is there twice.");
        reader.Read();
        return isNew;
    }

    /// <summary>A text that is likely to come again.</summary>
    public string ReadText(ref Utf8JsonReader reader) => _texts.ReadText(ref reader);

    public void Enter(string name) => _path.Enter(name);

    public void Enter(int index) => _path.Enter(index);

    public void Leave() => _path.Leave();

    private JsonReadResult<T> Failed<T>(string message, long offset)
        where T : class => new(null, new JsonError(message, _path.ToString(), offset));

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
        var seen = new MemberNames();
        var attributes = new List<KeyValuePair<string, CedarValue>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("__entity"u8) || reader.ValueTextEquals("__extn"u8) || reader.ValueTextEquals("__expr"u8))
                return attributes.Count == 0 ? ReadEscape(ref reader) : FailAsEscape(ref reader);
            if (!ReadMember(ref reader, seen, out var name)) return null;
            Enter(name);
            if (ReadValue(ref reader) is not { } value) return null;
            Leave();
            attributes.Add(KeyValuePair.Create(name, value));
        }
        return RecordValue.Create(attributes);
    }

    private CedarValue? ReadEscape(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("__entity"u8)) return ReadEntityEscape(ref reader);
        if (!reader.ValueTextEquals("__extn"u8)) return FailAsEscape(ref reader);
        return ReadEscape(
            ref reader, "__extn", static (CedarJsonReader state, ref Utf8JsonReader at) => new ExtensionJsonReader(state).Read(ref at));
    }

    private CedarValue? FailAsEscape(ref Utf8JsonReader reader) =>
        Fail<CedarValue>(ref reader, "The names __entity and __extn stand alone in their object, and __expr is no longer known.");

    // {"__entity": ..} and {"__extn": ..}, with the reader on that name.
    private T? ReadEscape<T>(ref Utf8JsonReader reader, string name, Read<T> read)
        where T : CedarValue
    {
        Enter(name);
        reader.Read();
        if (read(this, ref reader) is not { } value) return null;
        Leave();
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject) return value;
        return Fail<T>(ref reader, "Nothing else may stand beside __entity or __extn.");
    }
}
