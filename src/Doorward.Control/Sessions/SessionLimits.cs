using Doorward.Control.Storage;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Sessions;

/// <summary>
/// Whether a session is still good by our clock. Asked at every use, not only when the sweeper comes round: what was idle
/// too long while this process was down or the machine asleep must not be the first to be used afterwards.
/// </summary>
internal static class SessionLimits
{
    public static bool IsLive(Session session, DateTimeOffset now, TimeSpan idle) => EndOf(session, now, idle) is null;

    /// <summary>Why it is no longer good; null while it is.</summary>
    public static SessionEnd? EndOf(Session session, DateTimeOffset now, TimeSpan idle) => session switch
    {
        { Ended: not null } => new SessionEnd(session.EndCause ?? SessionEndCause.Unknown, session.EndReason) { Session = session.Id },
        _ when session.Expires <= now => new SessionEnd(SessionEndCause.Expired) { Session = session.Id },
        _ => IsIdle(session, now, idle) ? new SessionEnd(SessionEndCause.Idle) { Session = session.Id } : null,
    };

    /// <summary>A token is meant to lie still between uses; it ends at its own end.</summary>
    public static bool IsIdle(Session session, DateTimeOffset now, TimeSpan idle) =>
        session.Kind != SessionKinds.Token && session.LastUse + idle <= now;

    public static Task<TimeSpan> IdleTimeoutAsync(DoorwardDb db, CancellationToken ct) => db.Settings.Select(static s => s.IdleTimeout).SingleAsync(ct);
}
