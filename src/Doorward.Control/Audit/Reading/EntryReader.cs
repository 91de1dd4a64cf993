using System.Buffers;
using System.Text.Json;
using Doorward.Control.Audit.Entries;
using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Personal;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Reading;

/// <summary>Reads entries bundle by bundle and puts the personal values back, as far as they are not erased.</summary>
internal sealed class EntryReader(LogFolder log) : IDisposable
{
    private static readonly JsonWriterOptions Trusting = new() { SkipValidation = true };
    private readonly PersonalReader? _personal = PersonalReader.Open(log.Personal);

    /// <summary>How many records the checkpoint covers. It is only read here; the verifier is what checks it.</summary>
    public long Size() =>
        LogFolder.ReadFile(log.Checkpoint) is { } bytes && SignedNote.Parse(bytes) is { } note && Checkpoint.Parse(note.Text) is { } checkpoint
            ? checkpoint.Size
            : throw new InvalidDataException($"{log.Root}: there is no checkpoint of an audit log");

    /// <summary>The records of one bundle from <paramref name="from"/> on, each one JSON object without a line end.</summary>
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Bundle(long from, long size)
    {
        var index = from / TileId.FullWidth;
        var first = index * TileId.FullWidth;
        var width = (int)Math.Min(TileId.FullWidth, size - first);
        var entries = EntryBundle.Split(log.Read(TileId.Entries(index, width)) ?? [], width).Entries;
        if (entries.Count < width)
        {
            throw new InvalidDataException($"record {first + entries.Count} cannot be read; run 'doorward audit verify'");
        }

        var values = _personal?.Between(from, first + width) ?? [];
        for (var sequence = from; sequence < first + width; sequence++)
        {
            yield return Join(sequence, entries[(int)(sequence - first)], values);
        }
    }

    public void Dispose() => _personal?.Dispose();

    private static ReadOnlyMemory<byte> Join(
        long sequence, ReadOnlyMemory<byte> bytes, Dictionary<(long Sequence, string Field), PersonalValue> values)
    {
        using var entry = AuditEntry.Parse(bytes) ?? throw new InvalidDataException($"record {sequence} is not an entry; run 'doorward audit verify'");
        var fields = entry.PersonalFields().ToDictionary(f => f.Field, f => Shown(values, sequence, f));
        if (fields.Count == 0)
        {
            return bytes;
        }

        var joined = new ArrayBufferWriter<byte>(bytes.Length);
        using (var json = new Utf8JsonWriter(joined, Trusting))
        {
            Copy(json, entry.Json, "", fields);
        }

        return joined.WrittenMemory;
    }

    // A value that does not belong to the hash is not shown as if it did.
    private static string Shown(
        Dictionary<(long Sequence, string Field), PersonalValue> values, long sequence, (string Field, string Commitment) field) =>
        !values.TryGetValue((sequence, field.Field), out var value) ? PersonalValue.Erased
            : value.Commitment() == field.Commitment ? value.Value : "altered";

    private static void Copy(Utf8JsonWriter json, JsonElement element, string prefix, Dictionary<string, string> fields)
    {
        json.WriteStartObject();
        foreach (var property in element.EnumerateObject())
        {
            json.WritePropertyName(property.Name);
            if (property is { Name: "details", Value.ValueKind: JsonValueKind.Object } && prefix.Length == 0)
            {
                Copy(json, property.Value, "details.", fields);
            }
            else if (fields.TryGetValue(prefix + property.Name, out var shown))
            {
                json.WriteStringValue(shown);
            }
            else
            {
                property.Value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
