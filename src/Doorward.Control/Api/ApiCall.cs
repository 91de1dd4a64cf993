using Doorward.Control.Audit;
using Doorward.Control.Identity;
using Doorward.Control.Roles;

namespace Doorward.Control.Api;

/// <summary>One call of the admin API: who makes it, and what its record will say.</summary>
internal sealed class ApiCall(ApiPrincipal principal, Act act, string? address)
{
    public ApiPrincipal Principal { get; } = principal;

    public Act Act { get; } = act;

    /// <summary>Where the call comes from; null on the machine itself.</summary>
    public string? Address { get; } = address;

    /// <summary>What the act is done to.</summary>
    public AuditValue Target { get; set; }

    /// <summary>Everything else its record says.</summary>
    public Dictionary<string, AuditValue> Details { get; } = new(StringComparer.Ordinal);

    /// <summary>Who made a change, as resources and records keep it.</summary>
    public string Actor => Principal.IsLocal ? UserNames.Owner : Principal.Name;

    /// <summary>The record of this call with an outcome.</summary>
    public AuditRecord ToRecord(string outcome)
    {
        var details = new Dictionary<string, AuditValue>(Details, StringComparer.Ordinal) { ["principal"] = Principal.Type };
        if (Address is not null) details["address"] = AuditValue.Personal(Address);
        if (Principal.SessionId is not null) details["session"] = Principal.SessionId;
        if (Principal.Token) details["token"] = true;
        return new AuditRecord
        {
            Kind = AuditKind.Administration,
            Actor = Principal.IsLocal ? "local" : AuditValue.Personal(Principal.Name),
            Action = Act.Name,
            Target = Target,
            Outcome = outcome,
            Details = details,
        };
    }
}
