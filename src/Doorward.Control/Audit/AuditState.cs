namespace Doorward.Control.Audit;

/// <summary>Whether the audit log takes records.</summary>
public abstract record AuditState
{
    private AuditState()
    {
    }

    /// <summary>Not opened yet, or closed.</summary>
    public sealed record Closed : AuditState;

    /// <summary>Every append is made durable.</summary>
    public sealed record Available : AuditState;

    /// <summary>Appends fail until the cause is gone; the log tries again by itself.</summary>
    public sealed record Unavailable(DateTimeOffset Since, string Reason, long Refused) : AuditState;
}
