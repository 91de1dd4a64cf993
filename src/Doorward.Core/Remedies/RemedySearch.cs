using System.Collections.Immutable;
using Doorward.Core.Evaluations;

namespace Doorward.Core.Remedies;

/// <summary>
/// Finds what would have turned a denial into an allow by asking the real policies again with changed evidence: every
/// single change first, then pairs, then triples, so that what is found is smallest. A remedy that contains another is not told.
/// </summary>
public static class RemedySearch
{
    private const int LargestSet = 3;

    /// <param name="policies">The publication that denied.</param>
    /// <param name="input">The input that was denied.</param>
    /// <param name="clock">Measures the time allowed.</param>
    /// <param name="budget">After this only single changes are tried: they are few, and a step-up is among them.</param>
    /// <param name="most">How many remedies are enough.</param>
    public static ImmutableArray<Remedy> Find(
        PolicyBundle policies, EvaluationInput input, TimeProvider clock, TimeSpan budget, int most = 5)
    {
        var started = clock.GetTimestamp();
        bool IsSpent() => clock.GetElapsedTime(started) >= budget;
        var candidates = Candidates.Of(policies, input, IsSpent);
        var found = ImmutableArray.CreateBuilder<Remedy>();
        for (var size = 1; size <= Math.Min(LargestSet, candidates.Length); size++)
        {
            foreach (var indexes in Combinations.Of(candidates.Length, size))
            {
                if (found.Count >= most || (size > 1 && IsSpent()))
                    return found.ToImmutable();
                var changes = indexes.Select(index => candidates[index]).ToImmutableArray();
                if (Contradicts(changes) || found.Any(smaller => smaller.Changes.All(changes.Contains)))
                    continue;
                if (Evaluator.Evaluate(policies, input with { Evidence = Apply(changes, input) }).Allowed)
                    found.Add(new Remedy(changes));
            }
        }

        return found.ToImmutable();
    }

    // Time goes first: a fresh sign-in happens at the hour one comes back.
    private static Evidences.Evidence Apply(ImmutableArray<EvidenceChange> changes, EvaluationInput input) =>
        changes.OrderBy(change => change is WaitUntil ? 0 : 1).Aggregate(input.Evidence, (evidence, change) => change.Apply(evidence));

    // Two of a kind are one change said twice (two hours, two assurances), except for groups and networks.
    private static bool Contradicts(ImmutableArray<EvidenceChange> changes) =>
        changes.Count(change => change is RaiseAssurance or SignInAgain) > 1 || changes.Count(change => change is WaitUntil) > 1;
}
