using System.Text.Json;
using Doorward.Control.Audit.Entries;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Reading;

/// <summary>What records are looked for by; all that is given must hold. Actor and target are whole or parts, whatever the case.</summary>
internal sealed record AuditFilter
{
    private string[]? _kinds;

    /// <summary>One kind, or several with commas between.</summary>
    public string? Kind { get; init; }

    public string? Actor { get; init; }
    public string? Target { get; init; }
    public string? Action { get; init; }
    public string? Outcome { get; init; }
    public string? Reference { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>A session's id: what was done in it, and to it.</summary>
    public string? Session { get; init; }

    /// <summary>The kinds that it names.</summary>
    public IReadOnlyList<string> Kinds => _kinds ??= Kind?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Whether it fits; of actors that records know by id, those are given whose names fit.</summary>
    public bool Matches(AuditRecordView record, IReadOnlySet<string> actors) =>
        (Kind is null || Kinds.Contains(record.Kind))
        && (Outcome is null || record.Outcome == Outcome)
        && (Reference is null || record.Reference == Reference)
        && Holds(Action, record.Action) && (Holds(Actor, record.Actor) || actors.Contains(record.Actor)) && Holds(Target, record.Target)
        && (From is null || record.Time >= From) && (To is null || record.Time < To)
        && (Session is null || Concerns(record, Session));

    // Lists are kept as JSON.
    private static bool Concerns(AuditRecordView record, string session) =>
        record.Details.GetValueOrDefault("session") == session
        || record.Details.GetValueOrDefault("sessions")?.Contains($"\"{session}\"", StringComparison.Ordinal) == true;

    private static bool Holds(string? part, string? whole) => part is null || whole?.Contains(part, StringComparison.OrdinalIgnoreCase) == true;
}

/// <summary>A record with its personal values in their places.</summary>
/// <param name="Person">What the actor is called now, where the record knows them by id.</param>
public sealed record AuditRecordView(
    long Sequence, DateTimeOffset Time, string Kind, string Actor, string Action, string? Target, string Outcome, string? Reference,
    IReadOnlyDictionary<string, string> Details, string? Person = null);

/// <summary>
/// Finds records, newest first. The log has no index but its order, so one call looks through it for a bounded time and says where to
/// go on.
/// </summary>
internal sealed class AuditSearch(AuditLog log, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    /// <summary>Records before a sequence number, and the number to go on before; null at the beginning of the log.</summary>
    /// <param name="filter">All of it must hold.</param>
    /// <param name="actors">The ids of those whose names are what the filter looks for.</param>
    /// <param name="before">Null for the newest.</param>
    /// <param name="most">How many are enough.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    public (List<AuditRecordView> Found, long? Before) Find(AuditFilter filter, IReadOnlySet<string> actors, long? before, int most, CancellationToken ct)
    {
        var found = new List<AuditRecordView>();
        var size = log.Size;
        var end = Math.Min(before ?? size, size);
        var began = time.GetTimestamp();
        using var reader = new EntryReader(log.Folder);
        while (end > 0)
        {
            ct.ThrowIfCancellationRequested();
            var first = (end - 1) / TileId.FullWidth * TileId.FullWidth;
            var bundle = reader.Bundle(first, size).Take((int)(end - first)).ToList();
            for (var i = bundle.Count - 1; i >= 0; i--)
            {
                if (Read(bundle[i]) is not { } record || !filter.Matches(record, actors)) continue;
                found.Add(record);
                if (found.Count == most) return (found, first + i > 0 ? first + i : null);
            }

            end = first;
            if (time.GetElapsedTime(began) > Patience) break;
        }

        return (found, end > 0 ? end : null);
    }

    private static AuditRecordView? Read(ReadOnlyMemory<byte> line)
    {
        using var entry = AuditEntry.Parse(line);
        if (entry is null) return null;
        return new AuditRecordView(
            entry.Sequence,
            entry.Json.TryGetProperty("time", out var at) && at.TryGetDateTimeOffset(out var moment) ? moment : DateTimeOffset.UnixEpoch,
            entry.Text("kind") ?? "", entry.Text("actor") ?? "", entry.Text("action") ?? "", entry.Text("target"), entry.Text("outcome") ?? "", entry.Text("reference"),
            entry.Json.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object
                ? details.EnumerateObject().ToDictionary(static one => one.Name, static one => one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : one.Value.GetRawText(), StringComparer.Ordinal)
                : new Dictionary<string, string>());
    }
}
