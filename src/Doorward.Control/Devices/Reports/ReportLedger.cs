using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Doorward.Control.Devices.Reports;

/// <summary>
/// The report lines of all devices. A report that says nothing new costs no write: how far each device has come is written down every few
/// seconds, for all that moved, in one transaction.
/// </summary>
internal sealed class ReportLedger(IDbContextFactory<DoorwardDb> databases)
{
    private const string Upsert = """
        INSERT INTO "DeviceReportMarks" ("DeviceId", "LastReport", "Sequence") VALUES (@device, @last, @sequence)
        ON CONFLICT ("DeviceId") DO UPDATE SET "LastReport" = excluded."LastReport", "Sequence" = excluded."Sequence"
        """;

    private readonly ConcurrentDictionary<string, ReportLine> _lines = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, ReportLine>> Lines => _lines;

    public DateTimeOffset? LastReportOf(string device) => _lines.TryGetValue(device, out var line) ? line.Last : null;

    /// <summary>Reads the lines of devices whose posture counts. Those of others are read when they report.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var known = await db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired && !d.Stale)
            .GroupJoin(db.DeviceReportMarks, static d => d.Id, static m => m.DeviceId, static (device, marks) => new { device.Id, Mark = marks.FirstOrDefault() })
            .ToListAsync(ct);
        foreach (var one in known) _lines[one.Id] = LineOf(one.Mark);
    }

    /// <summary>The line of a device with its turn, which the caller releases. One that was forgotten or begun anew while it was waited for is not it any more.</summary>
    public async ValueTask<ReportLine> EnterAsync(string device, CancellationToken ct)
    {
        while (true)
        {
            var line = await LineAsync(device, ct);
            await line.Turn.WaitAsync(ct);
            if (IsCurrent(device, line)) return line;
            line.Turn.Release();
        }
    }

    private async ValueTask<ReportLine> LineAsync(string device, CancellationToken ct)
    {
        if (_lines.TryGetValue(device, out var line)) return line;
        await using var db = await databases.CreateDbContextAsync(ct);
        var mark = await db.DeviceReportMarks.AsNoTracking().SingleOrDefaultAsync(m => m.DeviceId == device, ct);
        return _lines.GetOrAdd(device, LineOf(mark));
    }

    /// <summary>What a device has said so far, as it is kept.</summary>
    public async Task<string> PostureOfAsync(string device, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Devices.Where(d => d.Id == device).Select(static d => d.Posture).SingleOrDefaultAsync(ct) ?? "";
    }

    /// <summary>Begins anew: the next report counts as the first.</summary>
    public async Task RestartAsync(string device, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.WriteAsync(async token =>
        {
            await db.DeviceReportMarks.Where(m => m.DeviceId == device).ExecuteDeleteAsync(token);

            // Before the transaction ends: whoever writes lines down next must not bring the old one back.
            _lines[device] = LineOf(null);
        }, ct);
    }

    public void Forget(string device) => _lines.TryRemove(device, out _);

    /// <summary>Forgets a line that is written down and that nothing was heard on since, unless a report is on its way.</summary>
    public void ForgetSilent(string device, ReportLine line, DateTimeOffset since)
    {
        if (!line.Turn.Wait(0)) return;
        try
        {
            if (line.Last < since && !line.IsDirty) _lines.TryRemove(KeyValuePair.Create(device, line));
        }
        finally
        {
            line.Turn.Release();
        }
    }

    /// <summary>Writes down the lines that have moved.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        var moved = _lines.Where(static pair => pair.Value.IsDirty).ToList();
        if (moved.Count == 0) return;
        await using var db = await databases.CreateDbContextAsync(ct);
        try
        {
            await db.WriteAsync(token => WriteAsync(db, [.. moved.Where(pair => IsCurrent(pair.Key, pair.Value))], token), ct);
        }
        catch
        {
            // Not written, so not yet to be forgotten.
            foreach (var (_, line) in moved) line.IsDirty = true;
            throw;
        }
    }

    /// <summary>Writes lines down inside of the caller's transaction.</summary>
    public static async Task WriteAsync(DoorwardDb db, IReadOnlyCollection<KeyValuePair<string, ReportLine>> lines, CancellationToken ct)
    {
        // One statement for all of them: preparing it costs more than writing a line.
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = Upsert;
        var (id, last, sequence) = (Parameter("@device", DbType.String), Parameter("@last", DbType.Int64), Parameter("@sequence", DbType.Int64));
        foreach (var (device, line) in lines)
        {
            line.IsDirty = false;
            if (line.Last is not { } at) continue;
            (id.Value, last.Value, sequence.Value) = (device, (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond, (long)line.Sequence);
            await command.ExecuteNonQueryAsync(ct);
        }

        DbParameter Parameter(string name, DbType type)
        {
            var made = command.CreateParameter();
            (made.ParameterName, made.DbType) = (name, type);
            command.Parameters.Add(made);
            return made;
        }
    }

    private bool IsCurrent(string device, ReportLine line) => _lines.TryGetValue(device, out var current) && ReferenceEquals(current, line);

    private static ReportLine LineOf(DeviceReportMark? mark) => new((ulong)(mark?.Sequence ?? 0), mark?.LastReport);
}
