using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;

namespace Doorward.Control.Identity;

/// <summary>Forgets, once an hour, what was kept only for a while: counted attempts, answered challenges, old links, tokens of clients. Locks stay.</summary>
internal sealed partial class IdentitySweep(
    IDbContextFactory<DoorwardDb> databases, IServiceScopeFactory scopes, TimeProvider time, ILogger<IdentitySweep> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly TimeSpan FailuresKept = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogFailed(problem);
            }
        }
    }

    internal async Task SweepAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        await db.WriteAsync(async stop =>
        {
            var now = time.GetUtcNow();
            var (hour, month) = (now - Pause, now - FailuresKept);
            await db.RateLimits.Where(counter => counter.Window < hour).ExecuteDeleteAsync(stop);
            await db.Failures.Where(failures => failures.Count < SignInLimits.LockedAt && failures.LastFailure < month).ExecuteDeleteAsync(stop);
            await db.Invitations.Where(invitation => invitation.Expires < month).ExecuteDeleteAsync(stop);
        }, cancel);
        await PruneClientTokensAsync(await db.Settings.Select(settings => settings.AbsoluteTimeout).SingleAsync(cancel), cancel);
    }

    // Kept while their session can live, for a refresh token that is used again must be known to end its family.
    private async Task PruneClientTokensAsync(TimeSpan longestSession, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var before = time.GetUtcNow() - longestSession - Pause;
        await scope.ServiceProvider.GetRequiredService<IOpenIddictTokenManager>().PruneAsync(before, cancel);
        await scope.ServiceProvider.GetRequiredService<IOpenIddictAuthorizationManager>().PruneAsync(before, cancel);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Forgetting old sign-in attempts failed; it is tried again in an hour")]
    private partial void LogFailed(Exception reason);
}
