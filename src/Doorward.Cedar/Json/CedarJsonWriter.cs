using System.Text.Json;

namespace Doorward.Cedar.Json;

/// <summary>Writes values and entities as Cedar's JSON.</summary>
internal static class CedarJsonWriter
{
    public static void Write(Utf8JsonWriter writer, CedarValue value)
    {
        switch (value)
        {
            case BooleanValue boolean: writer.WriteBooleanValue(boolean.Value); break;
            case LongValue number: writer.WriteNumberValue(number.Value); break;
            case StringValue text: writer.WriteStringValue(text.Value); break;
            case EntityValue entity:
                writer.WriteStartObject();
                writer.WritePropertyName("__entity");
                WriteUid(writer, entity.Uid);
                writer.WriteEndObject();
                break;
            case SetValue set:
                writer.WriteStartArray();
                foreach (var element in set) Write(writer, element);
                writer.WriteEndArray();
                break;
            case RecordValue record: WriteRecord(writer, record); break;
            case DecimalValue number: WriteExtension(writer, "decimal", number.Text); break;
            case IpAddressValue address: WriteExtension(writer, "ip", address.Text); break;
            case DurationValue duration: WriteExtension(writer, "duration", duration.Text); break;
            case DateTimeValue { Text: { } text }: WriteExtension(writer, "datetime", text); break;
            case DateTimeValue dateTime: WriteOffset(writer, dateTime); break;
            default: throw new InvalidOperationException($"There is no JSON for {value.GetType().Name}.");
        }
    }

    public static void Write(Utf8JsonWriter writer, IEnumerable<Entity> entities)
    {
        writer.WriteStartArray();
        foreach (var entity in entities) WriteEntity(writer, entity);
        writer.WriteEndArray();
    }

    private static void WriteEntity(Utf8JsonWriter writer, Entity entity)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("uid");
        WriteUid(writer, entity.Uid);
        writer.WritePropertyName("attrs");
        WriteRecord(writer, entity.Attributes);
        writer.WriteStartArray("parents");
        foreach (var parent in entity.Parents) WriteUid(writer, parent);
        writer.WriteEndArray();
        if (entity.Tags is { Count: > 0 } tags)
        {
            writer.WritePropertyName("tags");
            WriteRecord(writer, tags);
        }
        writer.WriteEndObject();
    }

    private static void WriteUid(Utf8JsonWriter writer, EntityUid uid)
    {
        writer.WriteStartObject();
        writer.WriteString("type", uid.Type);
        writer.WriteString("id", uid.Id);
        writer.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter writer, RecordValue record)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in record)
        {
            if (name is "__entity" or "__extn" or "__expr")
                throw new InvalidOperationException($"The attribute name {name} cannot be written as JSON.");
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    private static void WriteExtension(Utf8JsonWriter writer, string function, string argument)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("__extn");
        writer.WriteString("fn", function);
        writer.WriteString("arg", argument);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // Instants outside the years 0 to 9999 have no literal.
    private static void WriteOffset(Utf8JsonWriter writer, DateTimeValue dateTime)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("__extn");
        writer.WriteString("fn", "offset");
        writer.WriteStartArray("args");
        WriteExtension(writer, "datetime", "1970-01-01");
        WriteExtension(writer, "duration", new DurationValue(dateTime.Milliseconds).Text);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
