using Doorward.Control.Audit.Entries;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit;

/// <summary>
/// Knows the last number of every gateway's spool. It follows from the records in the log; now and then it is itself written as a
/// record, so that opening a long log reads only its end.
/// </summary>
public sealed class SpoolLedger
{
    internal const int SnapshotEvery = 8192;
    private const string SnapshotAction = "spool.ledger";
    private const int NamesInRecord = 200;
    private readonly Lock _gate = new();
    private Dictionary<string, long> _last = [];
    private long _sinceSnapshot;

    internal bool SnapshotDue
    {
        get
        {
            lock (_gate)
            {
                return _sinceSnapshot >= SnapshotEvery;
            }
        }
    }

    /// <summary>Compares the numbers of a batch, first to last, with what the log has. Changes nothing.</summary>
    public SpoolVerdict Check(string gateway, long first, long last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        var known = Last(gateway);
        return first == known + 1 ? new SpoolVerdict.InOrder()
            : first > known ? new SpoolVerdict.Missing(known + 1, first - 1)
            : new SpoolVerdict.Duplicate(first, Math.Min(last, known));
    }

    /// <summary>The number of the last record of this spool in the log, 0 for none.</summary>
    public long Last(string gateway)
    {
        lock (_gate)
        {
            return _last.GetValueOrDefault(gateway);
        }
    }

    internal void Note(IReadOnlyList<AuditRecord> durable)
    {
        lock (_gate)
        {
            foreach (var record in durable)
            {
                _sinceSnapshot = record.Action == SnapshotAction ? 0 : _sinceSnapshot + 1;
                if (record.Spool is { } spool)
                {
                    _last[spool.Gateway] = Math.Max(spool.Number, _last.GetValueOrDefault(spool.Gateway));
                }
            }
        }
    }

    internal IReadOnlyList<AuditRecord> Snapshot()
    {
        lock (_gate)
        {
            var parts = _last.Select(l => $"{l.Value} {l.Key}").Chunk(NamesInRecord).DefaultIfEmpty([]).ToList();
            return [.. parts.Select((names, part) => new AuditRecord
            {
                Kind = AuditKind.Audit,
                Actor = "audit-log",
                Action = SnapshotAction,
                Outcome = "done",
                Details = new Dictionary<string, AuditValue> { ["part"] = part, ["last"] = AuditValue.List(names) },
            })];
        }
    }

    /// <summary>Reads the log backwards until a complete snapshot.</summary>
    internal void Reload(LogFolder log, long size)
    {
        Dictionary<string, long> last = [];
        var read = 0L;
        var complete = false;
        for (var at = size; at > 0 && !complete;)
        {
            var index = (at - 1) / TileId.FullWidth;
            var width = (int)(at - (index * TileId.FullWidth));
            var entries = EntryBundle.Split(log.Read(TileId.Entries(index, width)) ?? [], width).Entries;
            for (var i = entries.Count - 1; i >= 0 && !complete; i--, read++)
            {
                complete = Take(entries[i], last);
            }

            at = index * TileId.FullWidth;
        }

        lock (_gate)
        {
            (_last, _sinceSnapshot) = (last, read);
        }
    }

    // Most entries are of no gateway: looking for the word is far cheaper than parsing them.
    private static bool Take(ReadOnlyMemory<byte> bytes, Dictionary<string, long> last)
    {
        var isSnapshot = bytes.Span.IndexOf("\"spool.ledger\""u8) >= 0;
        if (!isSnapshot && bytes.Span.IndexOf("\"gateway\""u8) < 0)
        {
            return false;
        }

        using var entry = AuditEntry.Parse(bytes);
        if (entry?.Spool is { } spool)
        {
            Raise(last, spool.Gateway, spool.Number);
        }

        if (!isSnapshot || entry?.Text("action") != SnapshotAction)
        {
            return false;
        }

        var details = entry.Json.GetProperty("details");
        foreach (var text in details.GetProperty("last").EnumerateArray().Select(t => t.GetString()!.Split(' ', 2)))
        {
            Raise(last, text[1], long.Parse(text[0]));
        }

        return details.GetProperty("part").GetInt64() == 0;
    }

    private static void Raise(Dictionary<string, long> last, string gateway, long number) =>
        last[gateway] = Math.Max(number, last.GetValueOrDefault(gateway));
}
