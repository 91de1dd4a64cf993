using System.Collections.Immutable;
using Doorward.Control.Devices.Reports;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;

namespace Doorward.Control.Devices.Compliance;

/// <summary>
/// Concludes from posture and rules, and from what was concluded before: what a rule says must have lasted before it counts, so that a fact
/// that flickers neither cuts nor opens at each turn, and a failing rule may have a grace. A pure function of its arguments.
/// </summary>
internal static class ComplianceJudge
{
    public static Verdict Judge(IReadOnlyList<PostureRule> rules, RuleSubject subject, Verdict? before, DateTimeOffset now)
    {
        var standings = ImmutableArray.CreateBuilder<RuleStanding>();
        var reasons = ImmutableArray.CreateBuilder<HealthReason>();
        var blocked = false;
        DateTimeOffset? due = null;
        foreach (var rule in rules.Where(rule => rule.Concerns(subject)))
        {
            var standing = Stand(rule, rule.Holds(subject), before?.Rules.FirstOrDefault(known => known.Rule == rule.Name), now);
            standings.Add(standing);
            if (standing.Seen != standing.Holds) Note(standing.SeenSince + Patience(rule, standing.Seen));
            if (standing.Holds) continue;
            var counts = standing.Since + rule.Spec.Grace;
            var blocks = rule.Spec.Severity == RuleSeverity.Block;
            if (blocks && counts > now) Note(counts);
            blocked |= blocks && counts <= now;
            reasons.AddRange(Words(rule, subject.Posture, blocks && counts > now ? counts : null));
        }

        return new Verdict { Rules = standings.ToImmutable(), Reasons = reasons.ToImmutable(), Blocked = blocked, Due = due };

        void Note(DateTimeOffset at) => due = due is { } earlier && earlier < at ? earlier : at;
    }

    // What a rule says of a device for the first time counts at once.
    private static RuleStanding Stand(PostureRule rule, bool seen, RuleStanding? before, DateTimeOffset now)
    {
        if (before is null) return new RuleStanding(rule.Name, seen, now, seen, now);
        var since = seen == before.Seen ? before.SeenSince : now;
        return seen != before.Holds && now - since >= Patience(rule, seen)
            ? new RuleStanding(rule.Name, seen, since, seen, since)
            : before with { Seen = seen, SeenSince = since };
    }

    /// <summary>How long what a rule says must last before it counts.</summary>
    public static TimeSpan Patience(PostureRule rule, bool holds) => holds ? rule.Spec.Loosen : rule.Spec.Tighten;

    /// <summary>Why a rule does not hold, and what to do.</summary>
    public static IEnumerable<HealthReason> Words(PostureRule rule, StoredPosture posture, DateTimeOffset? until)
    {
        if (rule.Spec.Title is { } title) return [new HealthReason(title, rule.Spec.Fix ?? FixOf(rule), until)];
        var failing = (rule.Text?.Facts ?? []).Select(fact => (Fact: fact, Known: posture.Facts.GetValueOrDefault(fact.Name)))
            .Where(static one => one.Known?.State != FactState.Pass).ToList();
        if (failing.Count > 0) return failing.Select(one => new HealthReason(Sentence(one.Fact, one.Known), rule.Spec.Fix ?? one.Fact.Fix, until));

        // All pass, and yet the rule does not hold: it asks for more than the machine's own word.
        var claimed = (rule.Text?.Weighed ?? []).Where(fact => posture.Facts[fact.Name].Provenance < Provenance.VendorConfirmed).ToList();
        return claimed.Count == 0
            ? [new HealthReason($"The rule {rule.Name} does not hold.", rule.Spec.Fix ?? "Ask your administrator what it wants.", until)]
            : claimed.Select(fact => new HealthReason($"{fact.Title}: only this machine says so.", rule.Spec.Fix ?? "Wait for its vendor to confirm it; if that takes long, ask your administrator.", until));
    }

    private static string FixOf(PostureRule rule) => rule.Text is { Facts: [var fact, ..] } ? fact.Fix : "Ask your administrator what it wants.";

    private static string Sentence(FactDefinition fact, StoredFact? known) => known?.State == FactState.Fail
        ? known.Evidence.Length == 0 ? $"{fact.Title}: no." : $"{fact.Title}: no ({known.Evidence})."
        : $"{fact.Title}: not known.";
}
