using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Feeds;

/// <summary>Notes when a gateway was last there, and in which version.</summary>
internal sealed class GatewayLedger(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    public async Task SeenAsync(string gateway, string version, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Gateways.SingleOrDefaultAsync(g => g.Name == gateway, ct) is { } known)
        {
            known.LastSeen = time.GetUtcNow();
            known.Version = version.Length <= 64 ? version : version[..64];
            await db.SaveChangesAsync(ct);
        }
    }
}
