using System.Text.Json;
using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>Connectors as people look at them: who is a replica, who of them is connected where, and what they serve.</summary>
internal sealed class ConnectorReader(IDbContextFactory<DoorwardDb> databases, ConnectorStates states, TimeProvider time)
{
    /// <summary>In order of names, with replicas that are not retired.</summary>
    /// <param name="after">The name behind which they begin.</param>
    /// <param name="most">How many of them.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<IReadOnlyList<ConnectorView>> ListAsync(string after, int most, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var documents = await db.Resources.AsNoTracking().Where(d => d.Kind == ResourceKinds.Connector && d.Name.CompareTo(after) > 0).OrderBy(static d => d.Name).Take(most).ToListAsync(ct);
        var names = documents.ConvertAll(static document => document.Name);
        var replicas = (await db.ConnectorReplicas.AsNoTracking().Where(r => r.Retired == null && names.Contains(r.Connector)).ToListAsync(ct)).ToLookup(static r => r.Connector, StringComparer.Ordinal);
        var served = (await ServedAsync(db, ct)).ToLookup(static one => one.Connector!, StringComparer.Ordinal);
        var seen = states.List(null).ToLookup(static one => one.Replica, StringComparer.Ordinal);
        var links = (await LinksAsync(db.ConnectorInvitations.Where(i => names.Contains(i.Connector)), ct)).ToLookup(static link => link.Connector, StringComparer.Ordinal);
        return documents.ConvertAll(document => View(document, replicas[document.Name], served[document.Name], links[document.Name], seen));
    }

    /// <summary>One, with retired replicas too; null when there is none.</summary>
    public async Task<ConnectorView?> FindAsync(string name, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Resources.AsNoTracking().SingleOrDefaultAsync(d => d.Kind == ResourceKinds.Connector && d.Name == name, ct) is not { } document) return null;
        var replicas = await db.ConnectorReplicas.AsNoTracking().Where(r => r.Connector == name && r.Joined >= document.Created).ToListAsync(ct);
        var links = await LinksAsync(db.ConnectorInvitations.Where(i => i.Connector == name), ct);
        return View(document, replicas, (await ServedAsync(db, ct)).Where(one => one.Connector == name), links, states.List(name).ToLookup(static one => one.Replica, StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<ApplicationDefinition>> ServedAsync(DoorwardDb db, CancellationToken ct)
    {
        var documents = await db.Resources.AsNoTracking()
            .Where(static d => d.Kind == ResourceKinds.Application && EF.Functions.Like(d.Json, "%\"connector\":\"%"))
            .OrderBy(static d => d.Name)
            .Select(static d => d.Json)
            .ToListAsync(ct);
        return [.. documents.Select(static json => JsonSerializer.Deserialize(json, ApplicationJson.Default.ApplicationDefinition)!).Where(static one => one.Connector is not null)];
    }

    private Task<List<ConnectorInvitation>> LinksAsync(IQueryable<ConnectorInvitation> invitations, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return invitations.AsNoTracking().Where(i => i.Expires > now).OrderBy(static i => i.Created).ToListAsync(ct);
    }

    private static ConnectorView View(
        ResourceDocument document, IEnumerable<ConnectorReplica> replicas, IEnumerable<ApplicationDefinition> served, IEnumerable<ConnectorInvitation> links, ILookup<string, ReplicaSeen> seen)
    {
        var spec = ConnectorDocuments.Read(document.Json);
        var views = replicas.OrderBy(static r => r.Retired is not null).ThenByDescending(static r => r.Joined).Select(replica => ReplicaView.Of(replica, spec.Draining.Contains(replica.Id), seen[replica.Id])).ToList();
        return new ConnectorView(document.Name, spec.Description, spec.Labels, HealthOf(views), views, [.. served.Select(ServedView.Of)], [.. links.Select(static link => new OpenLinkView(link.CreatedBy, link.Created, link.Expires))]);
    }

    private static ConnectorHealth HealthOf(List<ReplicaView> replicas)
    {
        var active = replicas.FindAll(static r => r.State != ReplicaState.Retired);
        if (active.Count == 0) return ConnectorHealth.Empty;
        var takes = active.Count(static r => r.State == ReplicaState.Connected);
        return takes == active.Count ? ConnectorHealth.Healthy : takes > 0 ? ConnectorHealth.Degraded : ConnectorHealth.Away;
    }
}
