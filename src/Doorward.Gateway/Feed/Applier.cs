using Doorward.Core.Protocol;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Tunnels;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Feed;

/// <summary>
/// The single writer: takes what the feed brings, in order, and makes it the state. Publishes first and scans the
/// grants afterwards, which is one half of "no lost revoke"; a request registers first and looks again, which is the other.
/// </summary>
internal sealed partial class Applier(
    StateCell cell, StateTransition transition, SessionTable sessions, RouteFollower routes, Reevaluation reevaluation, Connectors connectors, Lease lease, ILogger<Applier> logger)
{
    private readonly List<Change> _transaction = [];
    private readonly Lock _leasing = new();
    private (long Head, Lease.Start Sent)? _awaited;
    private int _unconfirmed;

    /// <summary>A new stream begins: half a transaction of the old one will come again whole.</summary>
    public void Restart()
    {
        _transaction.Clear();
        lock (_leasing)
            _awaited = null;
    }

    /// <summary>
    /// The sessions that must be asked for again because what was known of them may be too old. No lease begins until each has been
    /// <see cref="Confirmed"/>: until then the gateway serves on what it knew before, for as long as it might have without the stream.
    /// </summary>
    public IReadOnlyList<LiveSession> Apply(Snapshot snapshot)
    {
        _transaction.Clear();
        var before = cell.Current;
        var after = StateTransition.Begin(before, snapshot);
        var unconfirmed = sessions.Reset(snapshot.Revision);
        if (before.Epoch.Length > 0 && before.Epoch != snapshot.Epoch)
        {
            LogNewEpoch();
            foreach (var session in unconfirmed)
                sessions.End(session);
            unconfirmed = [];
        }

        lock (_leasing)
            _unconfirmed += unconfirmed.Count;
        Publish(after, Impact.All);
        LogSnapshot(after.Revision, after.Applications.Count, after.Policies.Policies.Length);
        return unconfirmed;
    }

    public void Apply(Change change)
    {
        var known = _transaction.Count == 0 ? cell.Current.Revision : _transaction[^1].Revision;
        if (change.Revision != known + 1)
            throw new FeedBrokenException($"revision {change.Revision} came after {known}");
        _transaction.Add(change);
        if (!change.Last)
            return;
        var impact = new Impact();
        var after = transition.Step(cell.Current, _transaction, impact);
        sessions.Apply(_transaction, impact);
        _transaction.Clear();
        Publish(after, impact);
    }

    /// <summary>A session was confirmed, or ended, outside of the log: what stands on it is judged again.</summary>
    public void Confirmed(LiveSession session)
    {
        var impact = new Impact();
        impact.Sessions.Add(session.Id);
        reevaluation.Run(impact);
        lock (_leasing)
            _unconfirmed--;
        RenewLease();
    }

    /// <summary>An answered ping renews the lease as soon as the revision it named has been applied, to every session that is followed.</summary>
    public void Answered(long head, Lease.Start sent)
    {
        lock (_leasing)
            _awaited = (head, sent);
        RenewLease();
    }

    private void Publish(GatewayState after, Impact impact)
    {
        var halted = after.Halted is not null && cell.Current.Halted is null;
        routes.Follow(after.Routes);
        reevaluation.Expect(impact);
        cell.Publish(after);
        connectors.Follow(after);
        if (halted)
            LogHalted(after.Halted!);
        foreach (var fault in after.Policies.Faults)
            LogPolicyFault(fault.Policy, fault.Message, after.Policies.Revision);
        reevaluation.Run(impact);
        RenewLease();
    }

    private void RenewLease()
    {
        lock (_leasing)
        {
            if (_unconfirmed > 0 || _awaited is not { } awaited || awaited.Head > cell.Current.Revision)
                return;
            lease.Renew(awaited.Sent);
            _awaited = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Snapshot at revision {Revision}: {Applications} applications, {Policies} policies")]
    private partial void LogSnapshot(long revision, int applications, int policies);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The control plane was restored from a backup: every session has ended")]
    private partial void LogNewEpoch();

    [LoggerMessage(Level = LogLevel.Critical, Message = "Nothing is served any more: {Reason}")]
    private partial void LogHalted(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Policy {Policy} of publication {Revision} does not compile, nothing it may concern is served: {Fault}")]
    private partial void LogPolicyFault(string policy, string fault, long revision);
}

/// <summary>The feed said something that cannot follow what it said before: the stream is dropped and begun again.</summary>
internal sealed class FeedBrokenException(string message) : Exception(message);
