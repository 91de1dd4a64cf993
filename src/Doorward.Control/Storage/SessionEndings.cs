using System.Text.Json;
using Doorward.Control.Resources.IdentityProviders;
using Doorward.Control.Sessions;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>
/// A disabled or deleted user has no sessions, nor has anybody by an identity provider that was switched off or deleted: the
/// storage sees to it in the same save, so that no feature can forget.
/// </summary>
internal static class SessionEndings
{
    public static async Task OfTheClosedAsync(DoorwardDb db, TimeProvider time, CancellationToken ct)
    {
        await OfClosedProvidersAsync(db, time, ct);
        var gone = db.ChangeTracker.Entries<User>()
            .Where(entry => entry.State == EntityState.Deleted
                || (entry.State == EntityState.Modified && entry.Entity.Disabled))
            .ToDictionary(entry => entry.Entity.Id, entry => entry.State == EntityState.Deleted ? SessionEndCause.AccountDeleted : SessionEndCause.AccountDisabled);
        if (gone.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var session in await db.Sessions.Where(session => session.Ended == null && gone.Keys.Contains(session.UserId)).ToListAsync(ct))
        {
            End(session, now, new SessionEnding(gone[session.UserId], Initiators.Admin, By: db.Actor));
        }
    }

    // Whom a provider vouched for has nobody to vouch for them once it is switched off or gone.
    private static async Task OfClosedProvidersAsync(DoorwardDb db, TimeProvider time, CancellationToken ct)
    {
        var closed = db.ChangeTracker.Entries<ResourceDocument>()
            .Where(static entry => entry.Entity.Kind == ResourceKinds.IdentityProvider && (entry.State == EntityState.Deleted
                || (entry.State == EntityState.Modified && JsonSerializer.Deserialize<IdentityProviderSpec>(entry.Entity.Json, JsonSerializerOptions.Web)!.Disabled)))
            .Select(static entry => entry.Entity.Name)
            .ToList();
        if (closed.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var session in await db.Sessions.Where(session => session.Ended == null && session.IdentityProvider != null && closed.Contains(session.IdentityProvider)).ToListAsync(ct))
        {
            End(session, now, new SessionEnding(SessionEndCause.ProviderClosed, Initiators.Admin, By: db.Actor));
        }
    }

    /// <summary>Ends a session once: the first cause stays.</summary>
    public static void End(Session session, DateTimeOffset now, SessionEnding ending)
    {
        if (session.Ended is null)
        {
            session.Ended = now;
            session.EndCause = ending.Cause;
            session.EndReason = ending.Reason;
            session.EndInitiator = ending.Initiator;
            session.EndedBy = ending.By;
            session.CookieHash = null;
        }
    }
}
