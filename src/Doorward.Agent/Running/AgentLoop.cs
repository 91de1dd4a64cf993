using System.Collections.Immutable;
using Doorward.Agent.Control;
using Doorward.Agent.Posture;
using Doorward.Agent.Posture.Watching;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Running;

/// <summary>Reads the machine's facts and reports them: every half minute, at once when one changed, and again soon when nobody listened.</summary>
internal sealed class AgentLoop(PostureCollector collector, ReportExchange exchange, HealthTeller teller, Alarm alarm, TimeProvider time)
{
    private static readonly TimeSpan Regular = TimeSpan.FromSeconds(30);

    // Who was gone is back within five seconds of the control plane's return.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    // Whoever sets the clock right, or releases a device, need not wait; one that is retired stays so.
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(5);

    // Networks of containers come and go by the dozen; a device that reports more often than once a second is refused.
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(2);

    // What changes at once is read at once, and once.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);
    private volatile bool _hurried;

    /// <summary>Reports as soon as it may, changed or not: sessions are bound to where the device is heard from.</summary>
    public void Hurry()
    {
        _hurried = true;
        alarm.Ring();
    }

    public async Task RunAsync(Action collected, CancellationToken ct)
    {
        ImmutableArray<PostureFact>? told = null;
        var (due, sent, retry) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue, FirstRetry);
        while (!ct.IsCancellationRequested)
        {
            var facts = collector.Collect();
            collected();
            if (_hurried)
            {
                _hurried = false;
                due = sent + Breath < due ? sent + Breath : due;
            }

            if (time.GetUtcNow() >= due || told is not { } known || !facts.SequenceEqual(known))
            {
                sent = time.GetUtcNow();
                var heard = await teller.ReportAsync(() => exchange.SendAsync(facts, ct), ct);
                told = heard.Answer is null ? null : facts;
                (var wait, retry) = Next(heard, retry);
                due = time.GetUtcNow() + wait;
            }

            GiveBack();
            await alarm.WaitAsync(due, ct);
            if (time.GetUtcNow() < due) await Task.Delay(Settling, time, ct);
        }
    }

    // Lists of packages take megabytes to read, four times an hour; in between the laptop is its person's.
    private static void GiveBack()
    {
        const long most = 6 * 1024 * 1024;
        if (GC.GetGCMemoryInfo().TotalCommittedBytes > most) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static (TimeSpan Wait, TimeSpan Retry) Next(Heard<ReportAnswer> heard, TimeSpan retry) => heard switch
    {
        { Answer: not null } or { Problem.Code: "retired" } => (Regular, FirstRetry),
        { Problem: not null } => (Refused, FirstRetry),
        _ => (retry, retry < LongestRetry ? retry * 2 : retry),
    };
}
