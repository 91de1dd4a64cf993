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
    /// <param name="budget">After this only single changes are tried, and no hours: they are few, and a step-up is among them.</param>
    /// <param name="most">How many remedies are enough.</param>
    public static ImmutableArray<Remedy> Find(
        PolicyBundle policies, EvaluationInput input, TimeProvider clock, TimeSpan budget, int most = 5)
    {
        var started = clock.GetTimestamp();
        bool IsSpent() => clock.GetElapsedTime(started) >= budget;
        var candidates = Candidates.Of(policies, input);
        var readsClock = Candidates.ReadClock(policies, input);
        var found = ImmutableArray.CreateBuilder<Remedy>();
        for (var size = 1; size <= LargestSet; size++)
        {
            foreach (var changes in Sets(candidates, size))
            {
                if (found.Count >= most || (size > 1 && IsSpent()))
                    return found.ToImmutable();
                if (IsWorthTrying(changes, found) && Allows(policies, input, changes))
                    found.Add(new Remedy(changes));
            }

            // The same with an hour for one of the changes: the first that would do stands for all hours.
            foreach (var changes in readsClock ? Sets(candidates, size - 1) : [])
            {
                if (found.Count >= most || IsSpent())
                    return found.ToImmutable();
                if (IsWorthTrying(changes, found) && FirstHour(policies, input, changes, IsSpent) is { } waiting && IsWorthTrying(waiting, found))
                    found.Add(new Remedy(waiting));
            }
        }

        return found.ToImmutable();
    }

    private static IEnumerable<ImmutableArray<EvidenceChange>> Sets(ImmutableArray<EvidenceChange> candidates, int size) => size == 0
        ? [[]]
        : size > candidates.Length ? [] : Combinations.Of(candidates.Length, size).Select(indexes => indexes.Select(index => candidates[index]).ToImmutableArray());

    private static ImmutableArray<EvidenceChange>? FirstHour(
        PolicyBundle policies, EvaluationInput input, ImmutableArray<EvidenceChange> changes, Func<bool> isSpent)
    {
        foreach (var hour in Candidates.NextHours(input.Evidence.Time))
        {
            if (isSpent())
                return null;
            ImmutableArray<EvidenceChange> waiting = [.. changes, hour];
            if (Allows(policies, input, waiting))
                return waiting;
        }

        return null;
    }

    // Time goes first: a fresh sign-in happens at the hour one comes back.
    private static bool Allows(PolicyBundle policies, EvaluationInput input, ImmutableArray<EvidenceChange> changes)
    {
        var evidence = changes.OrderBy(change => change is WaitUntil ? 0 : 1).Aggregate(input.Evidence, (evidence, change) => change.Apply(evidence));
        return Evaluator.Evaluate(policies, input with { Evidence = evidence }).Allowed;
    }

    private static bool IsWorthTrying(ImmutableArray<EvidenceChange> changes, IEnumerable<Remedy> found) =>
        !Contradicts(changes) && !found.Any(smaller => smaller.Changes.All(change => Holds(changes, change)));

    // To wait longer is to have waited.
    private static bool Holds(ImmutableArray<EvidenceChange> changes, EvidenceChange change) => change is WaitUntil hour
        ? changes.OfType<WaitUntil>().Any(other => other.At >= hour.At)
        : changes.Contains(change);

    // Two of a kind are one change said twice (two assurances), except for groups and networks.
    private static bool Contradicts(ImmutableArray<EvidenceChange> changes) =>
        changes.Count(change => change is RaiseAssurance or SignInAgain) > 1;
}
