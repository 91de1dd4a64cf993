using Doorward.Control.Changes;
using Doorward.Control.Feeds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Storage;

/// <summary>Rotates keys before they are needed, and forgets what nobody can need any more. At start and every hour.</summary>
internal sealed partial class Upkeep(
    IDbContextFactory<DoorwardDb> databases, CookieKeyRing cookieKeys, ChangeLog log, AssertionKeys assertionKeys, ProtectionKeys protectionKeys,
    TimeProvider time, ILogger<Upkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ChangesKept = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is DbUpdateException or System.Data.Common.DbException or InstallationException or TimeoutException)
            {
                LogFailed(problem);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RunAsync(CancellationToken ct)
    {
        protectionKeys.Renew();
        await using (var db = await databases.CreateDbContextAsync(ct))
        {
            await cookieKeys.RotateAsync(db, ct);
        }

        await assertionKeys.ForgetExpiredAsync(ct);
        await log.TrimAsync(ChangesKept, ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Upkeep failed; it is tried again in an hour")]
    private partial void LogFailed(Exception problem);
}
