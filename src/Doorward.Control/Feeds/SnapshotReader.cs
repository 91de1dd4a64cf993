using Doorward.Control.Changes;
using Doorward.Control.Devices;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Feeds;

/// <summary>What gateways are sent: the whole state at one revision, and changes with the secrets that the log leaves out.</summary>
internal sealed class SnapshotReader(IDbContextFactory<DoorwardDb> databases, CookieKeyRing cookieKeys, SecretSealer sealer)
{
    public async Task<Snapshot> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var moment = await db.BeginSnapshotAsync(ct);
        var head = await ChangeLog.HeadAsync(db, ct);
        var snapshot = new Snapshot
        {
            Epoch = head.Epoch,
            Revision = head.Revision,
            Settings = Faces.SettingsState(await db.Settings.AsNoTracking().SingleAsync(ct)),
            PolicyRevision = await db.Publications.MaxAsync(p => (long?)p.Revision, ct) ?? 0,
        };
        snapshot.Policies.AddRange((await db.Policies.AsNoTracking().Where(p => p.RetiredById == null).OrderBy(p => p.Name).ToListAsync(ct)).Select(Faces.Policy));
        snapshot.CookieKeys.AddRange(await cookieKeys.ListAsync(db, ct));
        snapshot.Devices.AddRange((await db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired).OrderBy(static d => d.Id).ToListAsync(ct)).Select(DeviceFace.StateOf));
        foreach (var document in await db.Resources.AsNoTracking().OrderBy(r => r.Kind).ThenBy(r => r.Name).ToListAsync(ct))
        {
            Add(snapshot, document);
        }

        return snapshot;
    }

    /// <summary>The change as a gateway needs it. Keys are those of now, which can only be newer than the change.</summary>
    public async Task<Change> CompleteAsync(Change change, CancellationToken ct)
    {
        switch (change.KindCase)
        {
            case Change.KindOneofCase.CookieKeys:
                await using (var db = await databases.CreateDbContextAsync(ct))
                {
                    change.CookieKeys.Keys.AddRange(await cookieKeys.ListAsync(db, ct));
                }

                break;
            case Change.KindOneofCase.Application:
                Open(change.Application);
                break;
        }

        return change;
    }

    private void Add(Snapshot snapshot, ResourceDocument document)
    {
        switch (document.Kind)
        {
            case ResourceKinds.Application:
                snapshot.Applications.Add(Open(Faces.Application(document)));
                break;
            case ResourceKinds.Group:
                snapshot.Groups.Add(Faces.Group(document));
                break;
            case ResourceKinds.Network:
                snapshot.Networks.Add(Faces.Network(document));
                break;
            case ResourceKinds.Connector:
                snapshot.Connectors.Add(Faces.Connector(document));
                break;
        }
    }

    private ApplicationState Open(ApplicationState application)
    {
        application.DefinitionJson = ApplicationSecrets.Unseal(sealer, application.Name, application.DefinitionJson);
        return application;
    }
}
