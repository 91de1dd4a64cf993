using Doorward.Control.Certificates;
using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Applied">The newest revision that it says it applied.</param>
/// <param name="Lag">How many revisions it is behind.</param>
/// <param name="LeaseEnds">Until when it serves if it heard nothing more; it knows it better, by a ping's time.</param>
/// <param name="Own">Whether it runs in the control plane's process.</param>
public sealed record GatewayView(
    string Name, bool Connected, long? Applied, string? Version, DateTimeOffset Joined, DateTimeOffset? LastSeen, DateTimeOffset CertificateExpires, bool Revoked,
    long? Lag = null, DateTimeOffset? LeaseEnds = null, int Grants = 0, int Connections = 0, bool Own = false);

/// <summary>Every gateway that ever joined, and how it does now.</summary>
internal sealed class GatewayReader(ConnectedGateways connected, LiveGrants grants, OwnGateway own)
{
    public async Task<IReadOnlyList<GatewayView>> ReadAsync(DoorwardDb db, CancellationToken ct)
    {
        // Before the revision is read: none of them is ahead of it then.
        var live = connected.List().ToDictionary(static gateway => gateway.Name, StringComparer.Ordinal);
        var revision = await db.Counters.Select(static counter => counter.Revision).SingleAsync(ct);
        var lease = await db.Settings.Select(static settings => settings.Lease).SingleAsync(ct);
        var open = grants.List().ToLookup(static grant => grant.Gateway, StringComparer.Ordinal);
        var known = await db.Gateways.AsNoTracking().OrderBy(static gateway => gateway.Name).ToListAsync(ct);
        return known.ConvertAll(gateway =>
        {
            var here = live.GetValueOrDefault(gateway.Name);
            return new GatewayView(
                gateway.Name, here is not null, here?.Applied, gateway.Version, gateway.Joined, here?.Heard ?? gateway.LastSeen, gateway.CertificateExpires, gateway.Revoked is not null,
                here is null ? null : Math.Max(0, revision - here.Applied), here is null ? null : here.Heard + lease,
                open[gateway.Name].Count(), open[gateway.Name].Sum(static grant => grant.Grant.Connections.Count), own.Is(gateway.Name));
        });
    }
}
