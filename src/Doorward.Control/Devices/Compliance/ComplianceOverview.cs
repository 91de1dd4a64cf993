using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Compliance;

/// <summary>How devices stand with rules: those in force, or one that somebody is about to write.</summary>
internal sealed class ComplianceOverview(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    private const int MostNamed = 100;

    /// <summary>How many devices there are of each kind, and how many fail each rule.</summary>
    public async Task<ComplianceFigures> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var devices = await db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired).ToListAsync(ct);
        var standings = devices.SelectMany(static d => Verdict.Parse(d.Verdict)?.Rules ?? []);
        return new ComplianceFigures(
            devices.Count, devices.Count(static d => d.Compliant), devices.Count(static d => d.Stale), devices.Count(static d => d.Standing == DeviceStanding.Held),
            [.. standings.GroupBy(static s => s.Rule, StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal)
                .Select(static g => new RuleFigures(g.Key, g.Count(), g.Count(static s => !s.Holds)))]);
    }

    /// <summary>Which devices would fail a rule by what they reported last, once its grace is over.</summary>
    public async Task<RuleTrial> TryAsync(PostureRule rule, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var devices = await db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired).OrderBy(static d => d.Name).ToListAsync(ct);
        var concerned = devices.ConvertAll(static d => (Device: d, Subject: RuleSubject.Of(d, StoredPosture.Parse(d.Posture)))).FindAll(one => rule.Concerns(one.Subject));
        var failing = concerned.FindAll(one => !rule.Holds(one.Subject));
        return new RuleTrial(concerned.Count, failing.Count, [.. failing.Take(MostNamed).Select(one => new FailingDevice(
            one.Device.Id, one.Device.Name, [.. ComplianceJudge.Judge([rule], one.Subject, null, time.GetUtcNow()).Reasons.Select(static reason => reason.What)]))]);
    }
}

/// <param name="Devices">Those that are not retired.</param>
public sealed record ComplianceFigures(int Devices, int Compliant, int Stale, int Held, IReadOnlyList<RuleFigures> Rules);

public sealed record RuleFigures(string Rule, int Devices, int Failing);

/// <param name="Devices">How many the rule is for.</param>
/// <param name="Failing">How many would fail it.</param>
/// <param name="First">The first hundred of them.</param>
public sealed record RuleTrial(int Devices, int Failing, IReadOnlyList<FailingDevice> First);

public sealed record FailingDevice(string Id, string Name, IReadOnlyList<string> Reasons);
