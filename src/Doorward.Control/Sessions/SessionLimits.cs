using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Sessions;

/// <summary>
/// Whether a session is still good by our clock. Asked at every use, not only when the sweeper comes round: what was idle
/// too long while this process was down or the machine asleep must not be the first to be used afterwards.
/// </summary>
internal static class SessionLimits
{
    public static bool IsLive(Session session, DateTimeOffset now, TimeSpan idle) =>
        session.Ended is null && session.Expires > now && !IsIdle(session, now, idle);

    /// <summary>A token is meant to lie still between uses; it ends at its own end.</summary>
    public static bool IsIdle(Session session, DateTimeOffset now, TimeSpan idle) =>
        session.Kind == SessionKinds.Browser && session.LastUse + idle <= now;

    public static Task<TimeSpan> IdleTimeoutAsync(DoorwardDb db, CancellationToken ct) => db.Settings.Select(static s => s.IdleTimeout).SingleAsync(ct);
}
