using Doorward.Core.Evaluations;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Grants;

/// <summary>Judges open connections again, each on its own request facts, and cuts those that would now be denied.</summary>
internal sealed class Reevaluation(StateCell cell, GrantTable grants, Judge judge, CutLog log, TimeProvider clock)
{
    // Of the state that is being published, until all that it concerns was judged.
    private volatile Impact? _coming;

    /// <summary>Told before a state is published: whoever judges on it first, the clock too, can then say what changed. Ends with <see cref="Run"/>.</summary>
    public void Expect(Impact impact) => _coming = impact;

    /// <summary>Everything that a change can have concerned. All are cut before the first cut is written down.</summary>
    public void Run(Impact impact)
    {
        if (!impact.IsNone)
            Examine(grants.Affected(impact), clock.GetTimestamp(), impact);
        _coming = null;
    }

    /// <summary>What time alone may have changed.</summary>
    public void Examine(IEnumerable<Grant> due, long started) => Examine(due, started, impact: null);

    private void Examine(IEnumerable<Grant> affected, long started, Impact? impact)
    {
        // The state first: who sees the new one sees why it is coming, unless all that it concerns was cut by then.
        var occasion = new Occasion(cell.Current, started, impact ?? _coming);
        var cuts = new List<Cut>();
        foreach (var grant in affected)
            Examine(grant, occasion, cuts);
        log.Add(cuts);
    }

    /// <summary>Cuts at an administrator's word; the subject may ask again.</summary>
    public void Cut(Grant grant, GrantCut asked)
    {
        var started = clock.GetTimestamp();

        // Closed first: whoever comes from here on gets a grant of their own, and all that is on this one is found below.
        if (asked.ConnectionId.Length == 0)
            grants.TryClose(grant, unusedSince: null);
        var words = CutReason.WordsOf(DecisionCause.CutByAdministrator) + (asked.Reason.Length == 0 ? "" : $": {asked.Reason}");
        var judgement = new Judgement(new AccessDecision { Cause = DecisionCause.CutByAdministrator }, null, cell.Current);
        var cuts = new List<Cut>();
        foreach (var connection in grant.Connections())
        {
            if (asked.ConnectionId.Length == 0 || connection.Live.Id.Value == asked.ConnectionId)
                Cut(grant, connection, judgement, started, words, cuts, asked);
        }

        log.Add(cuts);
    }

    private void Examine(Grant grant, Occasion occasion, List<Cut> cuts)
    {
        var state = occasion.State;
        var connections = grant.Connections();
        var denied = 0;
        foreach (var connection in connections)
        {
            var judgement = judge.DecideAgain(state, grant.Application, grant.Credential, connection.Facts);
            if (judgement.Decision.Allowed)
                continue;
            denied++;
            Cut(grant, connection, judgement, occasion.Started, occasion.Words(grant, judgement), cuts);
        }

        if (denied < connections.Length || judge.DecideAgain(state, grant.Application, grant.Credential, grant.Facts).Decision.Allowed)
            return;

        // Kept-alive connections have nothing more to carry.
        grant.CloseClients();

        // Only an idle grant is closed: a connection that came meanwhile was judged on the new state and must stay in the index.
        if (connections.IsEmpty)
            grants.TryClose(grant, unusedSince: DateTimeOffset.MaxValue);
    }

    private void Cut(Grant grant, HeldConnection connection, Judgement judgement, long started, string? words, List<Cut> cuts, GrantCut? asked = null)
    {
        var id = DecisionId.New();
        var reason = new CutReason(judgement.Decision.Cause, id.Value, words);
        if (connection.Live.Cut(reason))
            cuts.Add(new Cut(grant, connection, judgement, id, clock.GetElapsedTime(started), reason.Text, asked));
    }

    /// <summary>What made grants be judged again, and what that lets one say to people beyond the cause.</summary>
    private readonly record struct Occasion(GatewayState State, long Started, Impact? Impact)
    {
        public string? Words(Grant grant, Judgement judgement) => judgement.Decision.Cause switch
        {
            DecisionCause.SessionEnded or DecisionCause.SessionExpired or DecisionCause.SubjectDisabled => grant.Session?.View.End?.Words,
            DecisionCause.NoPermit or DecisionCause.Forbidden when Impact is { Policies: true } => "the policy changed",
            DecisionCause.NoPermit or DecisionCause.Forbidden when grant.Session?.View.DeviceId is { } device && Impact?.Devices.Contains(device) is true =>
                State.Devices.GetValueOrDefault(device) is { Evidence.Reasons: [var reason, ..] } ? $"your device changed: {reason}" : "your device changed",
            DecisionCause.NoPermit or DecisionCause.Forbidden when Impact?.Subjects.Contains(grant.SubjectName) is true => "your groups changed",
            DecisionCause.NoPermit or DecisionCause.Forbidden when judgement.Input is { } input && IsBindingLost(input) => "your device is not heard from here any more",
            _ => null,
        };

        // Bound to its device it would be allowed: that this is silent, or somewhere else, is what ends it.
        private bool IsBindingLost(EvaluationInput input) => input.Evidence.Device is { Managed: true, Bound: false } device
            && Evaluator.Evaluate(State.Policies, input with { Evidence = input.Evidence with { Device = device with { Bound = true } } }).Allowed;
    }
}

/// <summary>One connection that was cut, and why.</summary>
internal sealed record Cut(
    Grant Grant, HeldConnection Connection, Judgement Judgement, DecisionId Decision, TimeSpan Took, string Told, GrantCut? Asked);
