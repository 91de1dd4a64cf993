using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Feeds;

/// <summary>Notes when a gateway was last there, and in which version.</summary>
internal sealed class GatewayLedger(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    /// <summary>When it was last heard, once it has gone. Book-keeping: a full disk keeps no stream from ending.</summary>
    public async Task LeftAsync(string gateway, DateTimeOffset heard)
    {
        try
        {
            await NoteAsync(gateway, known => known.LastSeen = heard, CancellationToken.None);
        }
        catch (Exception fault) when (fault is System.Data.Common.DbException or DbUpdateException)
        {
            // It stays at when it came.
        }
    }

    public Task SeenAsync(string gateway, string version, CancellationToken ct) => NoteAsync(
        gateway,
        known =>
        {
            known.LastSeen = time.GetUtcNow();
            known.Version = version.Length <= 64 ? version : version[..64];
        },
        ct);

    private async Task NoteAsync(string gateway, Action<Gateway> note, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Gateways.SingleOrDefaultAsync(g => g.Name == gateway, ct) is not { } known) return;
        note(known);
        await db.SaveChangesAsync(ct);
    }
}
