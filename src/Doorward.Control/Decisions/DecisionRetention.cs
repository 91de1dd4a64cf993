using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Decisions;

/// <summary>
/// Forgets decisions and their inputs after 30 days, refusals without a decision after 7, and the oldest before that when there are too
/// many. The audit log keeps its own.
/// </summary>
internal sealed partial class DecisionRetention(IDbContextFactory<DoorwardDb> databases, TimeProvider time, ILogger<DecisionRetention> logger) : BackgroundService
{
    public const int MostDecisions = 2_000_000;

    /// <summary>Of at most <see cref="RecordIntake.LongestInput"/> each.</summary>
    public const int MostInputs = 200_000;
    public static readonly TimeSpan Age = TimeSpan.FromDays(30);
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Forgets what is due; returns how many decisions that were.</summary>
    public async Task<int> SweepAsync(int most, int mostInputs, CancellationToken ct)
    {
        var before = time.GetUtcNow() - Age;
        await using var db = await databases.CreateDbContextAsync(ct);
        var forgotten = await db.Decisions.Where(d => d.At < before).ExecuteDeleteAsync(ct);
        var excess = await db.Decisions.CountAsync(ct) - most;
        if (excess > 0)
        {
            var oldest = db.Decisions.OrderBy(static d => d.At).ThenBy(static d => d.Id).Take(excess).Select(static d => d.Id);
            forgotten += await db.Decisions.Where(d => oldest.Contains(d.Id)).ExecuteDeleteAsync(ct);
        }

        // An input outlives its last decision by nothing, but one that a gateway sent lately may be named by the next.
        await db.EvaluationInputs.Where(i => i.LastUsed < before && !db.Decisions.Any(d => d.InputHash == i.Hash)).ExecuteDeleteAsync(ct);

        // Beyond that the longest unused go, needed or not: their decisions are explained without the facts.
        excess = await db.EvaluationInputs.CountAsync(ct) - mostInputs;
        if (excess > 0)
        {
            var oldest = db.EvaluationInputs.OrderBy(static i => i.LastUsed).ThenBy(static i => i.Hash).Take(excess).Select(static i => i.Hash);
            await db.EvaluationInputs.Where(i => oldest.Contains(i.Hash)).ExecuteDeleteAsync(ct);
        }

        await RefusalBook.SweepAsync(db, time.GetUtcNow(), RefusalBook.MostOfPeople, RefusalBook.MostOfNobody, ct);
        return forgotten;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var forgotten = await SweepAsync(MostDecisions, MostInputs, stoppingToken);
                if (forgotten > 0) LogForgotten(logger, forgotten);
            }
            catch (System.Data.Common.DbException fault)
            {
                LogFailed(logger, fault);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} decisions passed their time and were forgotten")]
    private static partial void LogForgotten(ILogger logger, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Old decisions could not be forgotten; the next hour tries again")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}
