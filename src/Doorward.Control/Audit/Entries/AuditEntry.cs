using System.Text.Json;

namespace Doorward.Control.Audit.Entries;

/// <summary>An entry read back from the log, as far as the log itself needs to understand it.</summary>
internal sealed class AuditEntry : IDisposable
{
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };
    private readonly JsonDocument _document;

    private AuditEntry(JsonDocument document, long sequence)
    {
        _document = document;
        Sequence = sequence;
    }

    /// <summary>The sequence number that the entry says it has.</summary>
    public long Sequence { get; }

    public JsonElement Json => _document.RootElement;

    /// <summary>The spool that a gateway took the record from.</summary>
    public SpoolNumber? Spool =>
        Json.TryGetProperty("gateway", out var gateway) && gateway.ValueKind == JsonValueKind.String
            && Json.TryGetProperty("number", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var n)
            ? new SpoolNumber(gateway.GetString()!, n)
            : null;

    /// <summary>The fields whose values lie beside the log, with the hash that stands here for each.</summary>
    public IEnumerable<(string Field, string Commitment)> PersonalFields()
    {
        if (!Json.TryGetProperty("personal", out var fields) || fields.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var field in fields.EnumerateArray())
        {
            if (field.ValueKind == JsonValueKind.String && Text(field.GetString()!) is { } commitment)
            {
                yield return (field.GetString()!, commitment);
            }
        }
    }

    /// <summary>The text of a field named as in <see cref="PersonalFields"/>, or null.</summary>
    public string? Text(string field)
    {
        const string Details = "details.";
        var holder = Json;
        if (field.StartsWith(Details, StringComparison.Ordinal))
        {
            if (!holder.TryGetProperty("details", out holder) || holder.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            field = field[Details.Length..];
        }

        return holder.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    /// <summary>Null when the bytes are not an entry of this log.</summary>
    public static AuditEntry? Parse(ReadOnlyMemory<byte> bytes)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(bytes, Shallow);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("seq", out var sequence)
                && sequence.ValueKind == JsonValueKind.Number && sequence.TryGetInt64(out var number))
            {
                return new AuditEntry(document, number);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not Unicode: the answer is the null below.
        }

        document?.Dispose();
        return null;
    }

    public void Dispose() => _document.Dispose();
}
