using System.Collections.Immutable;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;

namespace Doorward.Core.Remedies;

/// <summary>
/// The changes worth trying: only what some policy that concerns the application reads, so that the search stays small
/// however large the organisation is. Cheapest for the person first.
/// </summary>
internal static class Candidates
{
    private const int HoursOfAWeek = 7 * 24;
    private const int MostNames = 32;

    public static ImmutableArray<EvidenceChange> Of(PolicyBundle policies, EvaluationInput input, Func<bool> isSpent)
    {
        var concerned = policies.For(input.Resource).All
            .Where(policy => !policy.Definition.ReportOnly && policy.Concerns(input.Resource.Name)).ToImmutableArray();
        var evidence = input.Evidence;
        return
        [
            .. SignIns(evidence, input.Resource),
            .. Devices(evidence, concerned),
            .. Networks(evidence, concerned),
            .. Groups(evidence, concerned),
            .. Risks(evidence, concerned),
            .. Hours(policies, input, concerned, isSpent),
        ];
    }

    private static IEnumerable<EvidenceChange> SignIns(Evidence evidence, ResourceFacts resource)
    {
        if (evidence.Session is not { } session || session.Methods.Contains("token"))
            yield break;
        yield return new SignInAgain();
        for (var assurance = session.Assurance + 1; assurance <= 3; assurance++)
            yield return new RaiseAssurance(assurance);
    }

    private static IEnumerable<EvidenceChange> Devices(Evidence evidence, ImmutableArray<CompiledPolicy> policies)
    {
        if (!policies.Any(policy => policy.Reads("context.device")))
            yield break;
        if (evidence.Device is not { Managed: true, Bound: true })
            yield return new EnrolDevice();
        if (evidence.Device is not { Compliant: true })
            yield return new RepairDevice();
    }

    private static IEnumerable<EvidenceChange> Networks(Evidence evidence, ImmutableArray<CompiledPolicy> policies) =>
        evidence.Network is not { } network || !policies.Any(policy => policy.Reads("context.network"))
            ? []
            : policies.SelectMany(policy => policy.Texts).Distinct(StringComparer.Ordinal)
                .Where(name => !network.Networks.Contains(name)).Take(MostNames).Select(name => new UseNetwork(name));

    private static IEnumerable<EvidenceChange> Groups(Evidence evidence, ImmutableArray<CompiledPolicy> policies)
    {
        if (evidence.Subject.Kind == SubjectKind.Anonymous)
            return [];
        var mentioned = policies.SelectMany(policy => policy.Groups).Distinct(StringComparer.Ordinal).Take(MostNames).ToArray();
        return mentioned.Select(group => evidence.Subject.Groups.Contains(group) ? (EvidenceChange)new LeaveGroup(group) : new JoinGroup(group));
    }

    private static IEnumerable<EvidenceChange> Risks(Evidence evidence, ImmutableArray<CompiledPolicy> policies) =>
        evidence.Risk is { Score: > 0 } && policies.Any(policy => policy.Reads("context.risk")) ? [new LowerRisk(0)] : [];

    // The next hour that alone, or with the strongest fresh sign-in, would be allowed stands for all hours.
    private static IEnumerable<EvidenceChange> Hours(
        PolicyBundle policies, EvaluationInput input, ImmutableArray<CompiledPolicy> concerned, Func<bool> isSpent)
    {
        if (!concerned.Any(policy => policy.Reads("context.time")))
            yield break;
        var strongest = input.Evidence.Session is null ? input.Evidence : new RaiseAssurance(3).Apply(input.Evidence);
        foreach (var hour in NextHours(input.Evidence.Time))
        {
            if (isSpent())
                yield break;
            if (!Allowed(input.Evidence, hour) && !Allowed(strongest, hour))
                continue;
            yield return hour;
            yield break;
        }

        bool Allowed(Evidence evidence, WaitUntil hour) =>
            Evaluator.Evaluate(policies, input with { Evidence = Fresh(hour.Apply(evidence), evidence) }).Allowed;
    }

    // A sign-in ages while one waits; a remedy that needs it fresh says so separately.
    private static Evidence Fresh(Evidence later, Evidence now) => later.Session is { } session && session.Authenticated == now.Time.Now
        ? later with { Session = session with { Authenticated = later.Time.Now } }
        : later;

    private static IEnumerable<WaitUntil> NextHours(TimeEvidence now)
    {
        var start = now.Now.AddMinutes(60 - now.Now.Minute).AddSeconds(-now.Now.Second).AddTicks(-(now.Now.Ticks % TimeSpan.TicksPerSecond));
        for (var i = 0; i < HoursOfAWeek; i++)
        {
            var hour = now.Hour + 1 + i;
            yield return new WaitUntil(start.AddHours(i), hour % 24, (((now.Weekday - 1) + (hour / 24)) % 7) + 1);
        }
    }
}
