using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Proofs;

/// <summary>What sign-in asks about devices: whether there is one that could sign, and whether one did for this very browser.</summary>
internal sealed class SessionDevices(IDbContextFactory<DoorwardDb> databases)
{
    public async Task<bool> MaySignAsync(Session session, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Devices.AnyAsync(d => d.Standing == DeviceStanding.Active && (d.OwnerId == null || d.OwnerId == session.UserId), ct);
    }

    /// <summary>An address that changed needs nothing: the device is heard from the new one by itself.</summary>
    public static bool IsBoundHere(Session session, BrowserPlace browser) => session.BoundClient == browser.Client;
}
