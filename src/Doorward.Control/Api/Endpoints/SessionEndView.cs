using Doorward.Control.Storage;
using Doorward.Core.Sessions;

namespace Doorward.Control.Api.Endpoints;

/// <summary>How a session ended: when, why, by whom. Reason is what an administrator gave; told is what the person reads.</summary>
public sealed record SessionEndView(DateTimeOffset Time, string Cause, string? Initiator, string? By, string? Reason, string Told)
{
    /// <summary>Null while it has not ended.</summary>
    internal static SessionEndView? Of(Session session) => session.Ended is not { } at
        ? null
        : new(at, (session.EndCause ?? SessionEndCause.Unknown).ToString(), session.EndInitiator, session.EndedBy, session.EndReason,
            new SessionEnd(session.EndCause ?? SessionEndCause.Unknown, session.EndReason).Words);
}
