using System.Collections.Concurrent;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>Sends an administrator's cuts to the gateways that have the grants, and waits for their word that it is done.</summary>
public sealed class GrantCuts(LiveGrants grants, ConnectedGateways gateways, TimeProvider time)
{
    // Far below what a gateway's queue takes in bulk.
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
        var paces = new ConcurrentDictionary<string, Pace>(StringComparer.Ordinal);
        await Parallel.ForAsync(0, meant.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (i, token) =>
        {
            var live = meant[i];
            var message = new GrantCut { GrantId = live.Grant.Id, ConnectionId = connectionId ?? "", Reason = request.Reason ?? "", By = request.By, RequestId = Identifier.New("cut") };
            var (sent, done) = await CutAtAsync(live.Gateway, message, paces.GetOrAdd(live.Gateway, static _ => new Pace()), token);
            confirmed[i] = new CutConfirmation(live.Grant.Id, live.Gateway, done ? Math.Round(time.GetElapsedTime(begun).TotalMilliseconds, 1) : null, sent);
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

    // One that did not answer once is told all the same, and not waited for again; likewise one that once left no room.
    private async Task<(bool Sent, bool Done)> CutAtAsync(string gateway, GrantCut cut, Pace pace, CancellationToken ct)
    {
        var done = _awaited[cut.RequestId] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            if (!await SendAsync(gateway, new ControlMessage { GrantCut = cut }, pace, ct)) return (false, false);
            if (pace.IsSilent) return (true, done.Task.IsCompleted);
            await done.Task.WaitAsync(Patience, time, ct);
            return (true, true);
        }
        catch (TimeoutException)
        {
            pace.IsSilent = true;
            return (true, false);
        }
        finally
        {
            _awaited.TryRemove(cut.RequestId, out _);
        }
    }

    private async Task<bool> SendAsync(string gateway, ControlMessage message, Pace pace, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(pace.IsFull ? TimeSpan.Zero : Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            return await gateways.TrySendInTurnAsync(gateway, message, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            pace.IsFull = true;
            return false;
        }
    }

    // How a gateway keeps up with one call.
    private sealed class Pace
    {
        private volatile bool _silent;
        private volatile bool _full;

        public bool IsSilent { get => _silent; set => _silent = value; }

        public bool IsFull { get => _full; set => _full = value; }
    }
}

/// <summary>Why an administrator cuts, which the person is told, and who that is, which only records are.</summary>
public sealed record CutRequest(string? Reason, string By);

/// <summary>What a gateway says of a grant that was to be cut.</summary>
/// <param name="Milliseconds">From when the cut was asked for until the gateway said that it is done; null when it did not say so in time.</param>
/// <param name="Sent">Whether the gateway was told at all: not when it is away, or does not read.</param>
public sealed record CutConfirmation(string Id, string Gateway, double? Milliseconds, bool Sent = true);

/// <summary>What came of a cut.</summary>
public enum CutOutcome
{
    NotLive,
    NotConfirmed,
    Cut,
}
