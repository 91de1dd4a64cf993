using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Devices;

/// <summary>
/// Every second: devices that nothing was heard of for too long become stale, rules that were changed or whose patience is over are asked
/// again; and every few seconds it is written down how far reports have come.
/// </summary>
internal sealed partial class DeviceSweep(
    IDbContextFactory<DoorwardDb> databases, ReportLedger ledger, DeviceWrites writes, RuleBook rules, TimeProvider time, ILogger<DeviceSweep> logger) : BackgroundService
{
    /// <summary>Two reports of every thirty seconds that did not come, and as much again as a slow one takes.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HistoryKept = TimeSpan.FromDays(30);
    private const int FlushEvery = 5;
    private const int MostAfterStart = 400;
    private const int ForgetEvery = 3_600;
    private Queue<string> _waiting = new();
    private bool _hasBegun;
    private int _round;

    public async Task SweepAsync(CancellationToken ct)
    {
        await StaleAsync(ct);
        await RulesAsync(ct);
        if (_round % FlushEvery == 0) await ledger.FlushAsync(ct);
        if (_round++ % ForgetEvery == 0) await ForgetAsync(ct);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.OpenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ledger.FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is DbUpdateException or System.Data.Common.DbException or TimeoutException)
            {
                LogFailed(problem);
            }
        }
    }

    private async Task StaleAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow() - StaleAfter;
        var silent = ledger.Lines.Where(pair => pair.Value.Last < before).ToDictionary(StringComparer.Ordinal);
        await writes.ChangeManyAsync([.. silent.Keys], (_, device) =>
        {
            // A report that came meanwhile counts.
            if (!device.Stale && silent[device.Id].TryGoStale(before)) device.Stale = true;
        }, "stale", ct);
        foreach (var (id, line) in silent) ledger.ForgetSilent(id, line, before);
    }

    private async Task RulesAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var version = await RuleBook.VersionAsync(db, ct);
        var judged = db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired && d.Verdict != "");

        if (!_hasBegun)
        {
            // What was changed while nobody swept is in no version that is known here. That is rare, and a start is busy enough: all are asked,
            // but so many a second. A rule that changes now is asked of all at once.
            await rules.JudgeAllAsync(version, async () => _waiting = new Queue<string>(await IdsAsync(judged)));
            _hasBegun = true;
        }
        else if (rules.IsJudgedBy(version))
        {
            await writes.ChangeManyAsync(await IdsAsync(judged.Where(d => d.Due <= now)), static (_, _) => { }, "time", ct);
        }
        else
        {
            await rules.JudgeAllAsync(version, async () => await writes.ChangeManyAsync(await IdsAsync(judged), static (_, _) => { }, "rule", ct));
            _waiting.Clear();
        }

        var next = _waiting.Take(MostAfterStart).ToList();
        await writes.ChangeManyAsync(next, static (_, _) => { }, "rule", ct);
        for (var done = 0; done < next.Count; done++) _waiting.Dequeue();

        Task<List<string>> IdsAsync(IQueryable<Device> devices) => devices.Select(static d => d.Id).ToListAsync(ct);
    }

    private async Task ForgetAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var old = now - HistoryKept;
        if (!await db.DeviceFactChanges.AnyAsync(c => c.At < old, ct) && !await db.DeviceInvitations.AnyAsync(i => i.Expires <= now, ct)) return;
        await db.WriteAsync(async token =>
        {
            await db.DeviceFactChanges.Where(c => c.At < old).ExecuteDeleteAsync(token);
            await db.DeviceInvitations.Where(i => i.Expires <= now).ExecuteDeleteAsync(token);
        }, ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Devices could not be swept; the next round is in a second")]
    private partial void LogFailed(Exception problem);
}
