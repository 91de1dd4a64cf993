namespace Doorward.Control.Audit;

/// <summary>What a record is about. The vocabulary is closed; entries spell it as <see cref="AuditKinds.Name"/> says.</summary>
public enum AuditKind
{
    SignIn,
    SignInFailed,
    SignOut,
    Administration,
    Decision,
    Grant,
    Signal,
    Response,
    Audit,
    System,
}

/// <summary>The spelling of kinds in entries.</summary>
public static class AuditKinds
{
    /// <summary>The kind as it stands in an entry, such as <c>sign-in-failed</c>.</summary>
    public static string Name(this AuditKind kind) => kind switch
    {
        AuditKind.SignIn => "sign-in",
        AuditKind.SignInFailed => "sign-in-failed",
        AuditKind.SignOut => "sign-out",
        AuditKind.Administration => "administration",
        AuditKind.Decision => "decision",
        AuditKind.Grant => "grant",
        AuditKind.Signal => "signal",
        AuditKind.Response => "response",
        AuditKind.Audit => "audit",
        AuditKind.System => "system",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of audit record."),
    };
}
