using Doorward.Gateway.Feed;
using Microsoft.Extensions.Hosting;

namespace Doorward.Gateway.Grants;

/// <summary>
/// What time alone changes: the lease, the end of a session, the age of a sign-in, policies that read the clock. Looked at
/// four times a second, and at the moments known beforehand; grants that nobody has used for a while are closed.
/// </summary>
internal sealed class ClockWatch(
    GatewayOptions options, StateCell cell, Lease lease, GrantTable grants, Reevaluation reevaluation, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan IdleGrantLife = TimeSpan.FromMinutes(1);

    // Just after a moment, so that it has passed whatever the timer's grain; and never a busy loop, however many moments there are.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);

    private DateTimeOffset _next = DateTimeOffset.MaxValue;

    public void Look()
    {
        var look = new Moment(cell.Current, lease, clock.GetUtcNow());
        var started = clock.GetTimestamp();
        var due = new List<Grant>();
        var next = DateTimeOffset.MaxValue;
        foreach (var grant in grants.All)
        {
            var end = look.EndOf(grant);
            if (end <= look.Now)
                due.Add(grant);
            else if (!grant.HasClients)
                grants.TryClose(grant, unusedSince: look.Now - IdleGrantLife);
            if (end > look.Now && end < next)
                next = end;
        }

        _next = next;
        if (due.Count > 0)
            reevaluation.Examine(due, started);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(UntilNextLook(), clock, stoppingToken);
            Look();
        }
    }

    // Hours end on whole seconds: looks that come right after the quarters of a second see them end at once.
    private TimeSpan UntilNextLook()
    {
        var now = clock.GetUtcNow();
        var interval = options.ClockInterval;
        var regular = interval - TimeSpan.FromTicks(now.Ticks % interval.Ticks);
        var known = _next - now;
        var wait = (known < regular ? known : regular) + Margin;
        return wait > ShortestWait ? wait : ShortestWait;
    }

    /// <summary>One look: what holds for all grants of an application is found out once.</summary>
    private sealed class Moment(GatewayState state, Lease lease, DateTimeOffset now)
    {
        private readonly Dictionary<string, bool> _due = new(StringComparer.Ordinal);

        public DateTimeOffset Now => now;

        /// <summary>When time alone may change the answer for a grant: the past when it may have by now.</summary>
        public DateTimeOffset EndOf(Grant grant)
        {
            if (!_due.TryGetValue(grant.Application, out var due))
                _due[grant.Application] = due = IsDue(grant.Application);
            if (due || grant.Session?.View is { Ended: not null })
                return DateTimeOffset.MinValue;
            if (grant.Session?.View is not { } view)
                return DateTimeOffset.MaxValue;
            return state.Applications[grant.Application].Resource.MaxSignInAge is { } age && view.Evidence.Authenticated + age < view.Expires
                ? view.Evidence.Authenticated + age
                : view.Expires;
        }

        private bool IsDue(string name) =>
            !state.Applications.TryGetValue(name, out var application)
            || !lease.Covers(state.Settings.LeaseOf(application.Definition.Strict))
            || state.Policies.PoliciesReadClock(application.Resource);
    }
}
