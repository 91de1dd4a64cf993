using Doorward.Control.Audit;

namespace Doorward.Control.Identity.SignIns;

/// <summary>A change of what somebody signs in with, as the audit log is told of it.</summary>
internal sealed record FactorChange(string Actor, string Name, string Factor, string Change, AttemptSource? Source)
{
    /// <summary>One that a person makes themselves.</summary>
    internal static FactorChange Own(string name, string factor, string change, AttemptSource source) => new(name, name, factor, change, source);

    internal AuditRecord Record(string outcome) => new()
    {
        Kind = AuditKind.Signal,
        Actor = AuditValue.Personal(Actor),
        Action = "credential-change",
        Target = AuditValue.Personal(Name),
        Outcome = outcome,
        Details = new Dictionary<string, AuditValue> { ["factor"] = Factor, ["change"] = Change, ["address"] = AuditValue.Personal(Source?.Text) },
    };
}
