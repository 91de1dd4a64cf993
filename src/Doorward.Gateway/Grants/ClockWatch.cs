using Doorward.Gateway.Feed;
using Microsoft.Extensions.Hosting;

namespace Doorward.Gateway.Grants;

/// <summary>
/// What time alone changes: the lease, the end of a session, the age of a sign-in, policies that read the clock. Looked at
/// four times a second; grants that nobody has used for a while are closed.
/// </summary>
internal sealed class ClockWatch(
    GatewayOptions options, StateCell cell, Lease lease, GrantTable grants, Reevaluation reevaluation, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan IdleGrantLife = TimeSpan.FromMinutes(1);

    public void Look()
    {
        var state = cell.Current;
        var now = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        var due = new List<Grant>();
        foreach (var grant in grants.All)
        {
            if (IsDue(grant, state, now))
                due.Add(grant);
            else
                grants.TryClose(grant, unusedSince: now - IdleGrantLife);
        }

        if (due.Count > 0)
            reevaluation.Examine(due, started);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ClockInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Look();
    }

    private bool IsDue(Grant grant, GatewayState state, DateTimeOffset now) =>
        !state.Applications.TryGetValue(grant.Application, out var application)
        || !lease.Covers(state.Settings.LeaseOf(application.Definition.Strict))
        || (grant.Session is { } session && (session.View.Ended is not null || now >= session.View.Expires))
        || state.Policies.ReadsClock(application.Resource);
}
