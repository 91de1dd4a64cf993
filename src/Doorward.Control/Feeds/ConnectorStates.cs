using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>The replicas of connectors as the gateways see them that are connected now. What none of them tells is not connected.</summary>
public sealed class ConnectorStates(ConnectedGateways gateways)
{
    // As many as a gateway tells of.
    private const int Most = 10_000;
    private const int LongestName = 63;
    private const int LongestText = 128;
    private readonly ConcurrentDictionary<string, IReadOnlyList<ReplicaSeen>> _reports = new(StringComparer.Ordinal);

    /// <summary>Of one connector, or of all.</summary>
    public IReadOnlyList<ReplicaSeen> List(string? connector)
    {
        var connected = gateways.List().Select(static gateway => gateway.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _reports.Keys.Where(name => !connected.Contains(name))) _reports.TryRemove(gone, out _);
        return
        [
            .. _reports.Values.SelectMany(seen => seen.Where(state => connector is null || state.Connector == connector))
                .OrderBy(static seen => seen.Connector, StringComparer.Ordinal).ThenBy(static seen => seen.Replica, StringComparer.Ordinal).ThenBy(static seen => seen.Gateway, StringComparer.Ordinal),
        ];
    }

    /// <summary>Takes what is fit of a report; the rest is as if it were not told.</summary>
    internal void Report(string gateway, ConnectorReport report) =>
        _reports[gateway] = [.. report.Replicas.Take(Most).Select(one => Read(gateway, one)).OfType<ReplicaSeen>()];

    private static ReplicaSeen? Read(string gateway, ConnectedReplica one) =>
        ReportedText.IsFit(one.Connector, LongestName) && ReportedText.IsFit(one.Replica, LongestName) && ReportedText.Moment(one.Since) is { } since
            && one.Version.Length <= LongestText && one.Address.Length <= LongestText && one.LatencyMicroseconds >= 0 && one.Connections >= 0 && one.Tunnels >= 0
            ? new ReplicaSeen(one.Connector, one.Replica, gateway, since)
            {
                // Said by the replica itself; whoever shows it shows it as text of a stranger.
                Version = one.Version,
                Address = one.Address,
                Latency = one.LatencyMicroseconds == 0 ? null : TimeSpan.FromMicroseconds(one.LatencyMicroseconds),
                Connections = one.Connections,
                Tunnels = one.Tunnels,
                IsDraining = one.Draining,
            }
            : null;
}

/// <summary>A replica that is connected to a gateway.</summary>
/// <param name="Since">Since when it is.</param>
public sealed record ReplicaSeen(string Connector, string Replica, string Gateway, DateTimeOffset Since)
{
    public required string Version { get; init; }

    /// <summary>Where it dials from, as the gateway sees it.</summary>
    public required string Address { get; init; }

    /// <summary>Of the last round trip; null when none was measured yet.</summary>
    public TimeSpan? Latency { get; init; }
    public int Connections { get; init; }
    public int Tunnels { get; init; }
    public bool IsDraining { get; init; }
}
