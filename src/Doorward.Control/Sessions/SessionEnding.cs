using Doorward.Core.Sessions;

namespace Doorward.Control.Sessions;

/// <summary>
/// How a session is ended: the cause, who did it in the words of CAEP (<see cref="Initiators"/>), an administrator's reason, which
/// the person is told too, and the administrator's name, which they are not.
/// </summary>
public sealed record SessionEnding(SessionEndCause Cause, string Initiator, string? Reason = null, string? By = null)
{
    public static SessionEnding ByAdministrator(string by, string? reason) => new(SessionEndCause.Revoked, Initiators.Admin, reason, by);

    public static SessionEnding ByOwner(SessionEndCause cause) => new(cause, Initiators.User);

    public static SessionEnding BySystem(SessionEndCause cause) => new(cause, Initiators.System);
}
