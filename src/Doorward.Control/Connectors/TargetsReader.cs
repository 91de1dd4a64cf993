using System.Text.Json;
using Doorward.Control.Certificates;
using Doorward.Control.Changes;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>Reads what a connector may reach, at one moment, and signs it.</summary>
internal sealed class TargetsReader(IDbContextFactory<DoorwardDb> databases, ComponentCa ca, TimeProvider time)
{
    public async Task<SignedConnectorTargets> ReadAsync(string connector, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var moment = await db.BeginSnapshotAsync(ct);
        var head = await ChangeLog.HeadAsync(db, ct);

        // A connector's name has nothing that a pattern or JSON would read as its own.
        var named = $"%\"connector\":\"{connector}\"%";
        var documents = await db.Resources.AsNoTracking()
            .Where(d => d.Kind == ResourceKinds.Application && EF.Functions.Like(d.Json, named))
            .OrderBy(static d => d.Name)
            .ToListAsync(ct);
        var applications = documents.Select(static d => (d.Version, Definition: JsonSerializer.Deserialize(d.Json, ApplicationJson.Default.ApplicationDefinition)!))
            .Where(one => one.Definition.Connector == connector)
            .Select(static one => new ApplicationTargets(one.Definition.Name, one.Version, TunnelTargets.Of(one.Definition), one.Definition.AllowSpecialAddresses));
        var targets = new ConnectorTargets(connector, head.Revision, [.. applications]) { Epoch = head.Epoch, Signed = time.GetUtcNow() };
        return ca.Sign(JsonSerializer.SerializeToUtf8Bytes(targets, TunnelJson.Default.ConnectorTargets));
    }
}
