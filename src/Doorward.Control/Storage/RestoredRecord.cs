using Doorward.Control.Sessions;
using Doorward.Core.Identifiers;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Storage;

/// <summary>Makes a restored record safe to go on with: what was ended or used after the backup must not come to life again.</summary>
internal static class RestoredRecord
{
    public static async Task BeginEpochAsync(Installation installation, TimeProvider time, CancellationToken ct)
    {
        var services = new ServiceCollection();
        installation.AddTo(services);
        await using var provider = services.BuildServiceProvider();
        await using var db = await provider.GetRequiredService<IDbContextFactory<DoorwardDb>>().CreateDbContextAsync(ct);
        await db.WriteAsync(async token =>
        {
            foreach (var session in await db.Sessions.Where(s => s.Ended == null).ToListAsync(token))
            {
                SessionEndings.End(session, time.GetUtcNow(), SessionEnding.BySystem(SessionEndCause.Restored));
            }

            await db.SaveChangesAsync(token);
            var epoch = Identifier.New("epoch");
            await db.Counters.ExecuteUpdateAsync(counter => counter.SetProperty(c => c.Epoch, epoch), token);

            // One-time things may have been used since.
            await db.SignInTickets.ExecuteDeleteAsync(token);
            await db.JoinTokens.ExecuteDeleteAsync(token);
            await db.DeviceInvitations.ExecuteDeleteAsync(token);
            await db.Invitations.ExecuteDeleteAsync(token);
            await db.RecoveryCodes.ExecuteDeleteAsync(token);
        }, ct);
    }
}
