using Doorward.Control.Storage;
using Doorward.Core.Evaluations;

namespace Doorward.Control.Decisions;

/// <summary>What would change.</summary>
/// <param name="Policies">How many policies differ from those in force; with none nothing is compared.</param>
/// <param name="Decisions">How many recorded decisions were looked at.</param>
/// <param name="Since">The time of the oldest of them.</param>
/// <param name="NewlyAllowed">How many of them would now be allows.</param>
/// <param name="NewlyDenied">How many of them would now be denials.</param>
/// <param name="Items">Who, for what; the newly denied first.</param>
public sealed record ReplayAnswer(int Policies, int Decisions, DateTimeOffset? Since, int NewlyAllowed, int NewlyDenied, IReadOnlyList<ReplayChange> Items);

/// <summary>What would change for one person at one application.</summary>
/// <param name="Change"><c>newlyAllowed</c> or <c>newlyDenied</c>.</param>
/// <param name="User">Who.</param>
/// <param name="Application">At what.</param>
/// <param name="Action">For what.</param>
/// <param name="Requests">How many of their decisions.</param>
/// <param name="Last">The time of the newest of them.</param>
/// <param name="Decision">Its id, for <c>decision explain</c>.</param>
/// <param name="Policies">What would decide it; where nothing would permit it, what permitted it.</param>
public sealed record ReplayChange(
    string Change, string User, string Application, string Action, int Requests, DateTimeOffset Last, string Decision, IReadOnlyList<string> Policies);

/// <summary>Gathers changes by person, application and action. Decisions come newest first.</summary>
internal sealed class ReplayTally
{
    // People times applications; beyond this only the numbers go on.
    private const int MostListed = 10_000;

    private readonly Dictionary<(bool Allowed, string User, string Application, string Action), ReplayChange> _changes = [];
    private int _decisions, _allowed, _denied;
    private DateTimeOffset? _since;

    public void Count(DateTimeOffset at)
    {
        _decisions++;
        _since = at;
    }

    public void Add(DecisionEntry decision, EvaluationInput input, AccessDecision before, AccessDecision after)
    {
        if (after.Allowed) _allowed++;
        else _denied++;
        var key = (after.Allowed, input.Evidence.Subject.Name, decision.Application, decision.Action);
        if (_changes.TryGetValue(key, out var known)) _changes[key] = known with { Requests = known.Requests + 1 };
        else if (_changes.Count < MostListed)
        {
            _changes.Add(key, new ReplayChange(
                after.Allowed ? "newlyAllowed" : "newlyDenied", key.Name, key.Application, key.Action, 1, decision.At, decision.Id,
                after.Reasons.IsEmpty ? before.Reasons : after.Reasons));
        }
    }

    public ReplayAnswer ToAnswer(int policies) => new(policies, _decisions, _since, _allowed, _denied,
        [.. _changes.OrderBy(static one => one.Key.Allowed).ThenByDescending(static one => one.Value.Requests).ThenBy(static one => one.Value.User, StringComparer.Ordinal).Select(static one => one.Value)]);
}
