using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Doorward.Control.Audit.Personal;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Entries;

/// <summary>
/// Writes a record as the JSON that goes into the tree. Only ASCII comes out, so nothing in an entry can move a terminal. Values
/// that are too long are shortened and end in an ellipsis: what a client sends may never keep a record from being written.
/// </summary>
internal sealed class EntryEncoder
{
    private const int MaxPersonal = 4096;
    private static readonly int[] TextLimits = [1024, 256, 64, 16];
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly List<PersonalValue> _personal = [];

    /// <summary>The entry; valid until the next call. Its personal values are added to <paramref name="personal"/>.</summary>
    public ReadOnlySpan<byte> Encode(AuditRecord record, long sequence, DateTimeOffset time, List<PersonalValue> personal)
    {
        foreach (var limit in TextLimits)
        {
            _buffer.ResetWrittenCount();
            _personal.Clear();
            Write(record, sequence, time, limit);
            if (_buffer.WrittenCount <= EntryBundle.MaxEntry)
            {
                break;
            }
        }

        personal.AddRange(_personal);
        return _buffer.WrittenSpan;
    }

    private void Write(AuditRecord record, long sequence, DateTimeOffset time, int limit)
    {
        using var json = new Utf8JsonWriter(_buffer);
        json.WriteStartObject();
        json.WriteNumber("seq"u8, sequence);
        json.WriteString("time"u8, time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("kind"u8, record.Kind.Name());
        WriteValue(json, sequence, "actor", "actor", record.Actor, limit);
        json.WriteString("action"u8, Shorten(record.Action, limit));
        WriteValue(json, sequence, "target", "target", record.Target, limit);
        json.WriteString("outcome"u8, Shorten(record.Outcome, limit));
        if (record.Reference is { } reference)
        {
            json.WriteString("reference"u8, Shorten(reference, limit));
        }

        if (record.Spool is { } spool)
        {
            json.WriteString("gateway"u8, spool.Gateway);
            json.WriteNumber("number"u8, spool.Number);
        }

        if (record.Details.Count > 0)
        {
            json.WriteStartObject("details"u8);
            foreach (var (name, value) in record.Details)
            {
                WriteValue(json, sequence, "details." + name, name, value, limit);
            }

            json.WriteEndObject();
        }

        WritePersonalFields(json);
        json.WriteEndObject();
    }

    private void WriteValue(Utf8JsonWriter json, long sequence, string field, string name, AuditValue value, int limit)
    {
        switch (value.Content)
        {
            case string text when value.IsPersonal:
                var beside = PersonalValue.Create(sequence, field, Shorten(text, MaxPersonal));
                _personal.Add(beside);
                json.WriteString(name, beside.Commitment());
                break;
            case string text:
                json.WriteString(name, Shorten(text, limit));
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case string[] texts:
                json.WriteStartArray(name);
                foreach (var text in texts)
                {
                    json.WriteStringValue(Shorten(text, limit));
                }

                json.WriteEndArray();
                break;
        }
    }

    // Named in the entry, so that a plain text that looks like a hash is never taken for one.
    private void WritePersonalFields(Utf8JsonWriter json)
    {
        if (_personal.Count == 0)
        {
            return;
        }

        json.WriteStartArray("personal"u8);
        foreach (var value in _personal)
        {
            json.WriteStringValue(value.Field);
        }

        json.WriteEndArray();
    }

    private static string Shorten(string text, int limit) =>
        text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit - 1), "\u2026");
}
