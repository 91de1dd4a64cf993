using Doorward.Control.Changes;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>What administrators do with replicas. Each answer is given once the change is in the log.</summary>
internal sealed class ConnectorRegister(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    /// <summary>For good: its next certificate and targets are refused, and gateways cut its streams. Null when there is none that is not retired.</summary>
    public async Task<(ConnectorReplica Replica, long Revision)?> RetireAsync(string connector, string replica, string? reason, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync<(ConnectorReplica, long)?>(async token =>
        {
            if (await db.ConnectorReplicas.SingleOrDefaultAsync(r => r.Connector == connector && r.Id == replica && r.Retired == null, token) is not { } found) return null;
            (found.Retired, found.RetiredReason) = (time.GetUtcNow(), reason);
            if (await ConnectorDocuments.FindAsync(db, connector, token) is { } document)
                ConnectorDocuments.SetReplicas(document, replicas => replicas.Where(id => id != replica));
            await db.SaveChangesAsync(token);
            return (found, db.LastRevision ?? (await ChangeLog.HeadAsync(db, token)).Revision);
        }, ct);
    }

    /// <summary>Until it is taken back: gateways give it no new streams, and what is open goes on. Null when there is none that is not retired.</summary>
    public async Task<long?> DrainAsync(string connector, string replica, bool drains, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync<long?>(async token =>
        {
            if (!await db.ConnectorReplicas.AnyAsync(r => r.Connector == connector && r.Id == replica && r.Retired == null, token)
                || await ConnectorDocuments.FindAsync(db, connector, token) is not { } document) return null;
            ConnectorDocuments.SetDraining(document, replica, drains);
            await db.SaveChangesAsync(token);
            return db.LastRevision ?? (await ChangeLog.HeadAsync(db, token)).Revision;
        }, ct);
    }
}
