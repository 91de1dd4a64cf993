using System.Text.Json;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Json;

/// <summary>Reads names of entities, with the reader on the first token.</summary>
internal sealed class EntityUidJsonReader(CedarJsonReader values)
{
    /// <summary>Reads <c>{"type": "User", "id": "alice"}</c>, with or without an <c>__entity</c> around it.</summary>
    public EntityValue? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return Fail(ref reader);
        reader.Read();
        var isEscaped = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("__entity"u8);
        return isEscaped ? values.ReadEntityEscape(ref reader) : ReadTypeAndId(ref reader);
    }

    /// <summary>Reads <c>{"type": "User", "id": "alice"}</c>.</summary>
    public EntityValue? ReadPlain(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return Fail(ref reader);
        reader.Read();
        return ReadTypeAndId(ref reader);
    }

    // With the reader on the first name of the object, or already on its end.
    private EntityValue? ReadTypeAndId(ref Utf8JsonReader reader)
    {
        string? type = null, id = null;
        for (; reader.TokenType != JsonTokenType.EndObject; reader.Read())
        {
            var isType = type is null && reader.ValueTextEquals("type"u8);
            if (!isType && !(id is null && reader.ValueTextEquals("id"u8))) return Fail(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String) return Fail(ref reader);
            if (isType) type = values.ReadText(ref reader);
            else id = reader.GetString();
        }
        if (type is null || id is null) return Fail(ref reader);
        return CedarText.IsTypeName(type)
            ? new EntityValue(new EntityUid(type, id))
            : values.Fail<EntityValue>(ref reader, $"{CedarText.Quote(type)} is no entity type; types are identifiers joined by `::`.");
    }

    private EntityValue? Fail(ref Utf8JsonReader reader) =>
        values.Fail<EntityValue>(ref reader, "An entity should stand here, written as {\"type\": \"User\", \"id\": \"alice\"}.");
}
