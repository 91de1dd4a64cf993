using System.Collections.Concurrent;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Reports;

/// <summary>
/// The report lines of all devices. A report that says nothing new costs no write: how far each device has come is written down every few
/// seconds, for all that moved, in one transaction.
/// </summary>
internal sealed class ReportLedger(IDbContextFactory<DoorwardDb> databases)
{
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
    public async ValueTask<ReportLine> EnterAsync(Device device, CancellationToken ct)
    {
        while (true)
        {
            var line = await LineAsync(device, ct);
            await line.Turn.WaitAsync(ct);
            if (IsCurrent(device.Id, line)) return line;
            line.Turn.Release();
        }
    }

    private async ValueTask<ReportLine> LineAsync(Device device, CancellationToken ct)
    {
        if (_lines.TryGetValue(device.Id, out var line)) return line;
        await using var db = await databases.CreateDbContextAsync(ct);
        var mark = await db.DeviceReportMarks.AsNoTracking().SingleOrDefaultAsync(m => m.DeviceId == device.Id, ct);
        return _lines.GetOrAdd(device.Id, LineOf(mark));
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
            await db.WriteAsync(async token =>
            {
                foreach (var (device, line) in moved.Where(pair => IsCurrent(pair.Key, pair.Value))) await WriteAsync(db, device, line, token);
            }, ct);
        }
        catch
        {
            // Not written, so not yet to be forgotten.
            foreach (var (_, line) in moved) line.IsDirty = true;
            throw;
        }
    }

    /// <summary>Writes one line down inside of the caller's transaction.</summary>
    public static async Task WriteAsync(DoorwardDb db, string device, ReportLine line, CancellationToken ct)
    {
        line.IsDirty = false;
        if (line.Last is not { } last) return;
        var microseconds = (last.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO "DeviceReportMarks" ("DeviceId", "LastReport", "Sequence") VALUES ({device}, {microseconds}, {(long)line.Sequence})
            ON CONFLICT ("DeviceId") DO UPDATE SET "LastReport" = excluded."LastReport", "Sequence" = excluded."Sequence"
            """, ct);
    }

    private bool IsCurrent(string device, ReportLine line) => _lines.TryGetValue(device, out var current) && ReferenceEquals(current, line);

    private static ReportLine LineOf(DeviceReportMark? mark) => new((ulong)(mark?.Sequence ?? 0), mark?.LastReport);
}
