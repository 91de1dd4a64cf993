using System.Collections.Immutable;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;

namespace Doorward.Core.Remedies;

/// <summary>
/// The changes worth trying: only what some policy that concerns the application reads, so that the search stays small
/// however large the organisation is. Cheapest for the person first. Hours are not among them: which one is worth trying depends on
/// what else changes.
/// </summary>
internal static class Candidates
{
    private const int HoursOfAWeek = 7 * 24;
    private const int MostNames = 32;

    public static ImmutableArray<EvidenceChange> Of(PolicyBundle policies, EvaluationInput input)
    {
        var concerned = Concerned(policies, input);
        var evidence = input.Evidence;
        return
        [
            .. SignIns(evidence, input.Resource),
            .. Devices(evidence, concerned),
            .. Networks(evidence, concerned),
            .. Groups(evidence, concerned),
            .. Risks(evidence, concerned),
        ];
    }

    private static ImmutableArray<CompiledPolicy> Concerned(PolicyBundle policies, EvaluationInput input) =>
        [.. policies.For(input.Resource).All.Where(policy => !policy.Definition.ReportOnly && policy.Concerns(input.Resource.Name))];

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
        if (evidence.Device is { Managed: true, Bound: false })
            yield return new ProveDevice();
        else if (evidence.Device is not { Managed: true })
            yield return new EnrolDevice();
        if (evidence.Device is not { Compliant: true })
            yield return new RepairDevice(evidence.Device?.Reasons ?? []);
        for (var kept = (evidence.Device?.KeyAssurance ?? 1) + 1; kept <= 4 && policies.Any(policy => policy.Reads("context.device.keyAssurance")); kept++)
            yield return new UseStrongerKey(kept);
        foreach (var fact in FactNames.All.Where(fact => policies.Any(policy => policy.Reads($"context.device.posture.{fact.Name}"))))
        {
            if (evidence.Device?.Facts.Any(known => known.Name == fact.Name && known.Pass) is not true)
                yield return new MendFact(fact.Name);
        }
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

    /// <summary>Whether another hour may change the answer at all.</summary>
    public static bool ReadClock(PolicyBundle policies, EvaluationInput input) => Concerned(policies, input).Any(policy => policy.Reads("context.time"));

    /// <summary>Every full hour of the week that comes, the next one first.</summary>
    public static IEnumerable<WaitUntil> NextHours(TimeEvidence now)
    {
        var start = now.Now.AddMinutes(60 - now.Now.Minute).AddSeconds(-now.Now.Second).AddTicks(-(now.Now.Ticks % TimeSpan.TicksPerSecond));
        for (var i = 0; i < HoursOfAWeek; i++)
        {
            var hour = now.Hour + 1 + i;
            yield return new WaitUntil(start.AddHours(i), hour % 24, (((now.Weekday - 1) + (hour / 24)) % 7) + 1);
        }
    }
}
