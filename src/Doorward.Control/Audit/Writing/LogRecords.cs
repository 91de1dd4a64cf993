namespace Doorward.Control.Audit.Writing;

/// <summary>What the log records about itself.</summary>
internal static class LogRecords
{
    private static readonly AuditValue Itself = "audit-log";

    public static AuditRecord TailCut(CutTail cut) => new()
    {
        Kind = AuditKind.Audit,
        Actor = Itself,
        Action = "log.tail-cut",
        Outcome = "done",
        Details = new Dictionary<string, AuditValue> { ["files"] = cut.Files, ["bytes"] = cut.Bytes },
    };

    public static AuditRecord Recovered(AuditState.Unavailable outage) => new()
    {
        Kind = AuditKind.Audit,
        Actor = Itself,
        Action = "log.recovered",
        Outcome = "done",
        Details = new Dictionary<string, AuditValue>
        {
            ["since"] = outage.Since.UtcDateTime.ToString("O"),
            ["refused"] = outage.Refused,
        },
    };

    /// <summary>Two records frame an erasure: one before it, so that none happens unrecorded, and one with its result.</summary>
    public static AuditRecord Erasure(AuditValue actor, string outcome, int? erased) => new()
    {
        Kind = AuditKind.Audit,
        Actor = actor,
        Action = "personal.erase",
        Outcome = outcome,
        Details = erased is { } count ? new Dictionary<string, AuditValue> { ["values"] = count } : [],
    };
}
