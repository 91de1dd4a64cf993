using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Tunnels;

/// <summary>Tells the control plane which replicas are connected here: at the beginning of a stream, and whenever that changes.</summary>
internal sealed class ConnectorReporter(Connectors connectors, TimeProvider clock) : IReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A round trip is told again when it is another by that much: it moves with every ping.
    private const int LatencyStep = 1_000;

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        ConnectorReport? told = null;
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            var now = Look();
            if (told is not null && IsSame(now, told)) continue;
            told = now;
            await uplink.SendAsync(new GatewayMessage { Connectors = now }, stream);
        }
        while (await timer.WaitForNextTickAsync(stream));
    }

    public bool Take(ControlMessage message) => false;

    private ConnectorReport Look()
    {
        var report = new ConnectorReport();
        foreach (var replica in connectors.Replicas.OrderBy(static replica => replica.Connector, StringComparer.Ordinal).ThenBy(static replica => replica.Id, StringComparer.Ordinal))
        {
            if (replica.Seen is not { Hello: { } hello } orders) continue;
            report.Replicas.Add(new ConnectedReplica
            {
                Connector = replica.Connector,
                Replica = replica.Id,
                Version = hello.Version,
                Address = orders.Address,
                Since = orders.Since.ToTimestamp(),
                LatencyMicroseconds = (long)orders.Latency.TotalMicroseconds,
                Connections = replica.Allowance.Connections,
                Tunnels = replica.Tunnels,
                Draining = hello.Draining || connectors.IsToldToDrain(replica),
            });
        }

        return report;
    }

    private static bool IsSame(ConnectorReport now, ConnectorReport told) => now.Replicas.Count == told.Replicas.Count
        && now.Replicas.Zip(told.Replicas).All(static pair =>
        {
            var before = pair.Second.Clone();
            if (Math.Abs(pair.First.LatencyMicroseconds - before.LatencyMicroseconds) < LatencyStep) before.LatencyMicroseconds = pair.First.LatencyMicroseconds;
            return before.Equals(pair.First);
        });
}
