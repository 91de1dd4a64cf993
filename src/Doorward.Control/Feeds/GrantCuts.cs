using System.Collections.Concurrent;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>Sends an administrator's cuts to the gateways that have the grants, and waits for their word that it is done.</summary>
public sealed class GrantCuts(LiveGrants grants, ConnectedGateways gateways, TimeProvider time)
{
    // Far below what a gateway's queue takes: more at once would look as if it did not keep up, and end its stream.
    private const int AtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);

    /// <summary>Cuts a grant, or one connection of it. The subject may ask again: to keep them out, end the session.</summary>
    public async Task<CutOutcome> CutAsync(string grantId, string? connectionId, CutRequest request, CancellationToken ct)
    {
        var holders = grants.Find(grantId, connectionId);
        if (holders.Count == 0) return CutOutcome.NotLive;
        var confirmed = await CutAsync(holders, connectionId, request, time.GetTimestamp(), ct);
        return confirmed.All(static cut => cut.Milliseconds is not null) ? CutOutcome.Cut : CutOutcome.NotConfirmed;
    }

    /// <summary>Cuts many, and says of each which gateway cut it how long after <paramref name="begun"/>.</summary>
    internal async Task<IReadOnlyList<CutConfirmation>> CutAsync(
        IReadOnlyList<LiveGrant> meant, string? connectionId, CutRequest request, long begun, CancellationToken ct)
    {
        var confirmed = new CutConfirmation[meant.Count];
        var silent = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await Parallel.ForAsync(0, meant.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, token) =>
        {
            var live = meant[i];
            // One that did not answer once is not waited for again.
            var done = !silent.ContainsKey(live.Gateway) && await CutAtAsync(live.Gateway, live.Grant.Id, connectionId, request, token);
            if (!done) silent[live.Gateway] = true;
            confirmed[i] = new CutConfirmation(live.Grant.Id, live.Gateway, done ? Math.Round(time.GetElapsedTime(begun).TotalMilliseconds, 1) : null);
        });
        return confirmed;
    }

    internal void Confirm(Cuts cuts)
    {
        foreach (var cut in cuts.Cuts_)
        {
            if (_awaited.TryRemove(cut.RequestId, out var done)) done.TrySetResult();
        }
    }

    private async Task<bool> CutAtAsync(string gateway, string grantId, string? connectionId, CutRequest asked, CancellationToken ct)
    {
        var request = Identifier.New("cut");
        var done = _awaited[request] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var message = new GrantCut { GrantId = grantId, ConnectionId = connectionId ?? "", Reason = asked.Reason ?? "", By = asked.By, RequestId = request };
            if (!gateways.TrySend(gateway, new ControlMessage { GrantCut = message })) return false;
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

/// <summary>What a gateway says of a grant that was to be cut.</summary>
/// <param name="Milliseconds">From when the cut was asked for until the gateway said that it is done; null when it did not say so in time.</param>
public sealed record CutConfirmation(string Id, string Gateway, double? Milliseconds);

/// <summary>What came of a cut.</summary>
public enum CutOutcome
{
    NotLive,
    NotConfirmed,
    Cut,
}
