using Doorward.Core.Evaluations;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Grants;

/// <summary>Judges open connections again, each on its own request facts, and cuts those that would now be denied.</summary>
internal sealed class Reevaluation(StateCell cell, GrantTable grants, Judge judge, CutLog log, TimeProvider clock)
{
    /// <summary>Everything that a change can have concerned. All are cut before the first cut is written down.</summary>
    public void Run(Impact impact)
    {
        var started = clock.GetTimestamp();
        Examine(grants.Affected(impact), started);
    }

    public void Examine(IEnumerable<Grant> affected, long started)
    {
        var state = cell.Current;
        var cuts = new List<Cut>();
        foreach (var grant in affected)
            Examine(grant, state, started, cuts);
        log.Add(cuts);
    }

    /// <summary>Cuts at an administrator's word; the subject may ask again.</summary>
    public void Cut(Grant grant, string connectionId, string requestId)
    {
        var started = clock.GetTimestamp();
        var judgement = new Judgement(new AccessDecision { Cause = DecisionCause.CutByAdministrator }, null, cell.Current);
        var cuts = new List<Cut>();
        foreach (var connection in grant.Connections())
        {
            if (connectionId.Length == 0 || connection.Live.Id.Value == connectionId)
                Cut(grant, connection, judgement, started, cuts, requestId);
        }

        log.Add(cuts);
        if (connectionId.Length == 0)
            grants.TryClose(grant, unusedSince: DateTimeOffset.MaxValue);
    }

    private void Examine(Grant grant, GatewayState state, long started, List<Cut> cuts)
    {
        var connections = grant.Connections();
        var denied = 0;
        foreach (var connection in connections)
        {
            var judgement = judge.DecideAgain(state, grant.Application, grant.Credential, connection.Facts);
            if (judgement.Decision.Allowed)
                continue;
            denied++;
            Cut(grant, connection, judgement, started, cuts);
        }

        if (denied < connections.Length || judge.DecideAgain(state, grant.Application, grant.Credential, grant.Facts).Decision.Allowed)
            return;

        // Kept-alive connections have nothing more to carry.
        grant.CloseClients();

        // Only an idle grant is closed: a connection that came meanwhile was judged on the new state and must stay in the index.
        if (connections.IsEmpty)
            grants.TryClose(grant, unusedSince: DateTimeOffset.MaxValue);
    }

    private void Cut(Grant grant, HeldConnection connection, Judgement judgement, long started, List<Cut> cuts, string requestId = "")
    {
        var id = DecisionId.New();
        if (connection.Live.Cut(new CutReason(judgement.Decision.Cause, id.Value)))
            cuts.Add(new Cut(grant, connection, judgement, id, clock.GetElapsedTime(started), requestId));
    }
}

/// <summary>One connection that was cut, and why.</summary>
internal sealed record Cut(
    Grant Grant, HeldConnection Connection, Judgement Judgement, DecisionId Decision, TimeSpan Took, string RequestId);
