using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Sessions;

/// <summary>Writes down reported last uses, and ends sessions that were idle too long or have reached their end.</summary>
internal sealed partial class SessionSweeper(
    IDbContextFactory<DoorwardDb> databases, LastUses uses, TimeProvider time, ILogger<SessionSweeper> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>One round. Uses come first: whoever was here a moment ago is not idle.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        await NoteUsesAsync(ct);
        while (await EndStaleAsync(ct) == Batch)
        {
        }

        while (await ForgetAsync(ct) == Batch)
        {
        }
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
            catch (Exception problem) when (problem is DbUpdateException or System.Data.Common.DbException)
            {
                LogFailed(problem);
            }
        }
    }

    private async Task NoteUsesAsync(CancellationToken ct)
    {
        foreach (var chunk in uses.Take().Chunk(Batch))
        {
            var reported = chunk.ToDictionary(StringComparer.Ordinal);
            await using var db = await databases.CreateDbContextAsync(ct);
            await db.WriteAsync(async token =>
            {
                var ids = reported.Keys.ToList();
                var idle = await SessionLimits.IdleTimeoutAsync(db, token);
                foreach (var session in await db.Sessions.Where(s => ids.Contains(s.Id) && s.Ended == null).ToListAsync(token))
                {
                    var use = reported[session.Id];

                    // A use that came too late does not bring a session back.
                    if (use.At > session.LastUse && !SessionLimits.IsIdle(session, use.At, idle))
                    {
                        session.LastUse = use.At;
                        session.LastAddress = use.Address.Length > 0 ? use.Address : session.LastAddress;
                    }
                }

                await db.SaveChangesAsync(token);
            }, ct);
        }
    }

    private async Task<int> EndStaleAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var idleSince = now - await SessionLimits.IdleTimeoutAsync(db, ct);
        if (!await Stale(db, now, idleSince).AnyAsync(ct))
        {
            return 0;
        }

        return await db.WriteAsync(async token =>
        {
            var stale = await Stale(db, now, idleSince).OrderBy(s => s.Id).Take(Batch).ToListAsync(token);
            foreach (var session in stale)
            {
                SessionEndings.End(session, now, SessionEnding.BySystem(session.Expires <= now ? SessionEndCause.Expired : SessionEndCause.Idle));
            }

            await db.SaveChangesAsync(token);
            return stale.Count;
        }, ct);
    }

    // A token is meant to lie still between uses; it ends at its own end.
    private static IQueryable<Session> Stale(DoorwardDb db, DateTimeOffset now, DateTimeOffset idleSince) =>
        db.Sessions.Where(s => s.Ended == null && (s.Expires <= now || (s.Kind != SessionKinds.Token && s.LastUse <= idleSince)));

    private async Task<int> ForgetAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var before = now - Kept;
        if (!await db.Sessions.AnyAsync(s => s.Ended != null && s.Ended < before, ct) && !await db.SignInTickets.AnyAsync(t => t.Expires <= now, ct))
        {
            return 0;
        }

        return await db.WriteAsync(async token =>
        {
            var old = await db.Sessions.Where(s => s.Ended != null && s.Ended < before).OrderBy(s => s.Id).Take(Batch).ToListAsync(token);
            db.Sessions.RemoveRange(old);
            await db.SaveChangesAsync(token);
            await db.SignInTickets.Where(t => t.Expires <= now).ExecuteDeleteAsync(token);
            return old.Count;
        }, ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sessions could not be swept; the next round is in ten seconds")]
    private partial void LogFailed(Exception problem);
}
