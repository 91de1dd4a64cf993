using Doorward.Core.Identifiers;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Spool;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// Lets a connection in: it is judged, registered on its grant, and judged again if the state has moved since. Together
/// with the applier, who publishes first and scans afterwards, no change can fall between the two.
/// </summary>
internal sealed class Door(StateCell cell, Judge judge, GrantTable grants, Recorder recorder, TimeProvider clock)
{
    /// <summary>
    /// False when it is denied; the judgement says why. A grant given back either way holds the connection, and the
    /// caller takes it off when the request is over.
    /// </summary>
    public bool TryEnter(AccessFeature access, HeldConnection held, out Grant? grant)
    {
        var session = access.Credential?.Session;
        var key = new GrantKey(session?.Id ?? "", access.Application!.Name);
        grant = grants.Find(key, session);
        access.Judgement = grant is null
            ? judge.Decide(access.State, access.Application, access.Credential, held.Facts)
            : judge.Decide(access.State, access.Application, access.Credential, held.Facts, grant);
        if (!access.Judgement.Decision.Allowed)
        {
            grant = null;
            return false;
        }

        var now = clock.GetUtcNow();
        while (grant is null || !grant.TryAdd(held, now))
            grant = grants.Find(key, session) ?? Open(access, key, held.Facts, now);
        return LookAgain(access, held.Facts);
    }

    /// <summary>Judges again, whether the state has moved or only time; false when the answer has become no.</summary>
    public bool StaysOpen(AccessFeature access, RequestFacts facts)
    {
        access.Judgement = judge.DecideAgain(cell.Current, access.Application!.Name, access.Credential, facts);
        return access.Judgement.Decision.Allowed;
    }

    private Grant Open(AccessFeature access, GrantKey key, RequestFacts facts, DateTimeOffset now)
    {
        var recorded = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var opened = new Grant(key, access.Credential, facts, now, access.Judgement.State.Revision) { Recorded = recorded.Task };
        var grant = grants.Add(opened);
        if (ReferenceEquals(grant, opened))
            _ = RecordAsync(access.Judgement, opened, recorded);
        return grant;
    }

    private async Task RecordAsync(Judgement judgement, Grant grant, TaskCompletionSource<bool> recorded)
    {
        try
        {
            recorded.TrySetResult(await recorder.RecordDecision(new DecisionFacts
            {
                Id = DecisionId.New(),
                Judgement = judgement,
                Credential = grant.Credential,
                Application = grant.Application,
                Facts = grant.Facts,
                Grant = grant.Id.Value,
            }));
        }
        finally
        {
            recorded.TrySetResult(false); // whatever happened, nobody waits for ever
        }
    }

    /// <summary>Judges again for as long as the state moves; false when the answer has become no.</summary>
    private bool LookAgain(AccessFeature access, RequestFacts facts)
    {
        // Orders the registration before the reading of the state on every processor.
        Interlocked.MemoryBarrier();
        for (var state = cell.Current; !ReferenceEquals(state, access.Judgement.State); state = cell.Current)
        {
            access.Judgement = judge.DecideAgain(state, access.Application!.Name, access.Credential, facts);
            if (!access.Judgement.Decision.Allowed)
                return false;
        }

        return true;
    }
}
