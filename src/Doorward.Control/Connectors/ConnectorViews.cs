using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;

namespace Doorward.Control.Connectors;

/// <summary>How a connector does: no replica joined yet, none is connected, some are, all are.</summary>
public enum ConnectorHealth { Empty, Away, Degraded, Healthy }

/// <summary>How a replica does. Draining: open streams go on; it is asked for new ones only while there is no other, and never when it was told to drain.</summary>
public enum ReplicaState { Away, Connected, Draining, Retired }

/// <param name="Applications">What it serves.</param>
/// <param name="Links">Those that a machine could join by now.</param>
public sealed record ConnectorView(
    string Name, string? Description, IReadOnlyDictionary<string, string> Labels, ConnectorHealth Health, IReadOnlyList<ReplicaView> Replicas, IReadOnlyList<ServedView> Applications,
    IReadOnlyList<OpenLinkView> Links);

/// <summary>A link that nobody has used yet. What it is nobody can tell any more.</summary>
public sealed record OpenLinkView(string CreatedBy, DateTimeOffset Created, DateTimeOffset Expires);

/// <param name="Targets">As the application's document says them.</param>
public sealed record ServedView(string Name, IReadOnlyList<string> Targets, bool Tcp)
{
    internal static ServedView Of(ApplicationDefinition application) =>
        new(application.Name, [.. TunnelTargets.Of(application).Select(TunnelTargetText.Format)], !application.Tcp.IsEmpty);
}

/// <summary>One machine that joined.</summary>
public sealed record ReplicaView
{
    public required string Id { get; init; }
    public required string HostName { get; init; }
    public required ReplicaState State { get; init; }

    /// <summary>An administrator told it to drain, until one takes it back. It may be away meanwhile: then no gateway tells of it.</summary>
    public required bool ToldToDrain { get; init; }
    public required DateTimeOffset Joined { get; init; }
    public required string InvitedBy { get; init; }
    public DateTimeOffset? CertificateExpires { get; init; }
    public DateTimeOffset? Retired { get; init; }
    public string? RetiredReason { get; init; }

    /// <summary>As the gateways that it is connected to tell it; empty when it is to none.</summary>
    public required IReadOnlyList<ReplicaConnection> Gateways { get; init; }

    internal static ReplicaView Of(ConnectorReplica replica, bool toldToDrain, IEnumerable<ReplicaSeen> seen)
    {
        var gateways = replica.Retired is null ? seen.Where(one => one.Connector == replica.Connector).ToList() : [];
        return new ReplicaView
        {
            Id = replica.Id,
            HostName = replica.HostName,
            ToldToDrain = toldToDrain,
            State = replica.Retired is not null ? ReplicaState.Retired
                : toldToDrain ? ReplicaState.Draining
                : gateways.Count == 0 ? ReplicaState.Away
                : gateways.TrueForAll(static one => one.IsDraining) ? ReplicaState.Draining : ReplicaState.Connected,
            Joined = replica.Joined,
            InvitedBy = replica.InvitedBy,
            CertificateExpires = replica.CertificateExpires,
            Retired = replica.Retired,
            RetiredReason = replica.RetiredReason,
            Gateways = gateways.ConvertAll(static one => new ReplicaConnection(
                one.Gateway, one.Since, one.Version, one.Address, one.Latency is { } latency ? Math.Round(latency.TotalMilliseconds, 2) : null, one.Connections, one.Tunnels, one.IsDraining)),
        };
    }
}

/// <param name="Address">Where it dials from, as the gateway sees it.</param>
/// <param name="Latency">Of the last round trip, in milliseconds; null when none was measured yet.</param>
/// <param name="Connections">Of TLS.</param>
public sealed record ReplicaConnection(
    string Gateway, DateTimeOffset Since, string Version, string Address, double? Latency, int Connections, int Tunnels, bool Draining);
