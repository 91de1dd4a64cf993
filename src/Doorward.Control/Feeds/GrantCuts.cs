using System.Collections.Concurrent;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>Sends an administrator's cut to the gateway that has the grant, and waits for its word that it is done.</summary>
public sealed class GrantCuts(LiveGrants grants, ConnectedGateways gateways, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);

    /// <summary>Cuts a grant, or one connection of it. The subject may ask again: to keep them out, end the session.</summary>
    public async Task<CutOutcome> CutAsync(string grantId, string? connectionId, CutRequest request, CancellationToken ct)
    {
        var holders = grants.Find(grantId, connectionId);
        if (holders.Count == 0)
        {
            return CutOutcome.NotLive;
        }

        var outcomes = await Task.WhenAll(holders.Select(gateway => CutAtAsync(gateway, grantId, connectionId, request, ct)));
        return outcomes.All(done => done) ? CutOutcome.Cut : CutOutcome.NotConfirmed;
    }

    internal void Confirm(Cuts cuts)
    {
        foreach (var cut in cuts.Cuts_)
        {
            if (_awaited.TryRemove(cut.RequestId, out var done))
            {
                done.TrySetResult();
            }
        }
    }

    private async Task<bool> CutAtAsync(string gateway, string grantId, string? connectionId, CutRequest asked, CancellationToken ct)
    {
        var request = Identifier.New("cut");
        var done = _awaited[request] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var message = new GrantCut { GrantId = grantId, ConnectionId = connectionId ?? "", Reason = asked.Reason ?? "", By = asked.By, RequestId = request };
            if (!gateways.TrySend(gateway, new ControlMessage { GrantCut = message }))
            {
                return false;
            }

            await done.Task.WaitAsync(Patience, time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            _awaited.TryRemove(request, out _);
        }
    }
}

/// <summary>Why an administrator cuts, which the person is told, and who that is, which only records are.</summary>
public sealed record CutRequest(string? Reason, string By);

/// <summary>What came of a cut.</summary>
public enum CutOutcome
{
    NotLive,
    NotConfirmed,
    Cut,
}
