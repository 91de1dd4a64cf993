using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>What gateways say is in use now. Not the record of anything: a gateway that falls silent is forgotten with its lease.</summary>
public sealed class LiveGrants(TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, GatewayGrants> _gateways = new(StringComparer.Ordinal);

    public IReadOnlyList<LiveGrant> List()
    {
        var grants = new List<LiveGrant>();
        foreach (var (name, gateway) in Current())
        {
            lock (gateway)
            {
                grants.AddRange(gateway.Grants.Values.Select(grant => new LiveGrant(name, grant)));
            }
        }

        return grants;
    }

    /// <summary>The grant at each gateway that has it, or its connection when one is given.</summary>
    internal IReadOnlyList<LiveGrant> Find(string grantId, string? connectionId)
    {
        var found = new List<LiveGrant>();
        foreach (var (name, gateway) in Current())
        {
            lock (gateway)
            {
                if (gateway.Grants.TryGetValue(grantId, out var grant) && (connectionId is null || grant.Connections.Any(c => c.Id == connectionId)))
                {
                    found.Add(new LiveGrant(name, grant));
                }
            }
        }

        return found;
    }

    internal void Heard(string gateway) => Of(gateway).LastHeard = time.GetTimestamp();

    internal void Report(string gateway, GrantReport report)
    {
        var known = Of(gateway);
        lock (known)
        {
            if (report.Complete)
            {
                known.Grants.Clear();
            }

            foreach (var grant in report.Grants)
            {
                known.Grants[grant.Id] = grant;
            }

            foreach (var ended in report.Ended)
            {
                known.Grants.Remove(ended);
            }
        }

        known.LastHeard = time.GetTimestamp();
    }

    private IEnumerable<KeyValuePair<string, GatewayGrants>> Current()
    {
        foreach (var entry in _gateways)
        {
            if (time.GetElapsedTime(entry.Value.LastHeard) <= Lease)
            {
                yield return entry;
            }
            else
            {
                _gateways.TryRemove(entry);
            }
        }
    }

    private GatewayGrants Of(string gateway) => _gateways.GetOrAdd(gateway, static (_, now) => new GatewayGrants { LastHeard = now }, time.GetTimestamp());

    private sealed class GatewayGrants
    {
        public Dictionary<string, GrantState> Grants { get; } = new(StringComparer.Ordinal);
        public long LastHeard;
    }
}

/// <summary>A grant in use at one gateway.</summary>
public sealed record LiveGrant(string Gateway, GrantState Grant);
