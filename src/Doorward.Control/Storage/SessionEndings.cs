using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>A disabled or deleted user has no sessions: the storage sees to it in the same save, so that no feature can forget.</summary>
internal static class SessionEndings
{
    public static async Task OfDisabledUsersAsync(DoorwardDb db, TimeProvider time, CancellationToken ct)
    {
        var gone = db.ChangeTracker.Entries<User>()
            .Where(entry => entry.State == EntityState.Deleted
                || (entry.State == EntityState.Modified && entry.Entity.Disabled))
            .Select(entry => entry.Entity.Id)
            .ToList();
        if (gone.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var session in await db.Sessions.Where(session => session.Ended == null && gone.Contains(session.UserId)).ToListAsync(ct))
        {
            End(session, now, "subject-disabled", "admin");
        }
    }

    /// <summary>Ends a session once: the first reason stays.</summary>
    public static void End(Session session, DateTimeOffset now, string reason, string initiator)
    {
        if (session.Ended is null)
        {
            session.Ended = now;
            session.EndReason = reason;
            session.EndInitiator = initiator;
            session.CookieHash = null;
        }
    }
}
