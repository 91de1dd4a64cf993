using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Compliance;

/// <summary>Which devices would fail a rule that somebody is about to write, by what they reported last and once its grace is over.</summary>
internal sealed class RuleTrials(IDbContextFactory<DoorwardDb> databases, RuleBook rules)
{
    private const int MostNamed = 100;

    /// <summary>Against the rule of that name that is in force, if it would take its place.</summary>
    public async Task<RuleTrial> RunAsync(PostureRule rule, bool replaces, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var before = !replaces ? null : (await rules.ReadAsync(db, ct)).FirstOrDefault(known => known.Name == rule.Name);
        var tried = new List<TriedDevice>();
        var (concerned, total) = (0, 0);

        // One after the other: ten thousand postures at once would be fifty megabytes.
        await foreach (var device in db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired).OrderBy(static d => d.NormalizedName).AsAsyncEnumerable().WithCancellation(ct))
        {
            total++;
            var subject = RuleSubject.Of(device, StoredPosture.Of(device));
            var isConcerned = rule.Concerns(subject);
            if (isConcerned) concerned++;
            var failed = before is not null && before.Concerns(subject) && !before.Holds(subject);
            var answer = isConcerned ? rule.Ask(subject) : RuleAnswer.Holds;
            if (answer == RuleAnswer.Holds && !failed) continue;
            tried.Add(new TriedDevice(
                device.Id, device.Name, NameOf(answer, failed), answer == RuleAnswer.Unknown,
                answer == RuleAnswer.Holds ? [] : [.. ComplianceJudge.Words(rule, subject.Posture, null).Select(static reason => reason.What)]));
        }

        int Count(string change) => tried.Count(device => device.Change == change);
        return new RuleTrial(
            total, concerned, tried.Count(static device => device.Change != "newly-passing"), tried.Count(static device => device.IsUnknown), Count("newly-failing"), Count("newly-passing"),
            [.. tried.OrderBy(static device => device.Change == "failing").Take(MostNamed)]);
    }

    private static string NameOf(RuleAnswer answer, bool failed) => answer == RuleAnswer.Holds ? "newly-passing" : failed ? "failing" : "newly-failing";
}

/// <param name="All">The devices that are not retired.</param>
/// <param name="Devices">How many of them the rule is for.</param>
/// <param name="Failing">How many would fail it.</param>
/// <param name="Unknown">How many of those fail because something is not known of them.</param>
/// <param name="NewlyFailing">How many of those do not fail the rule that is in force.</param>
/// <param name="NewlyPassing">How many fail the rule in force, and not this one.</param>
/// <param name="First">The first hundred of all these, those that change first.</param>
public sealed record RuleTrial(int All, int Devices, int Failing, int Unknown, int NewlyFailing, int NewlyPassing, IReadOnlyList<TriedDevice> First);

/// <param name="Change"><c>newly-failing</c>, <c>newly-passing</c>, or <c>failing</c> as before.</param>
public sealed record TriedDevice(string Id, string Name, string Change, bool IsUnknown, IReadOnlyList<string> Reasons);
