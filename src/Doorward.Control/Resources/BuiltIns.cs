using Doorward.Control.Storage;

namespace Doorward.Control.Resources;

/// <summary>What every installation has.</summary>
internal static class BuiltIns
{
    public const string Administrators = "administrators";
    public const string Auditors = "auditors";
    public const string Helpdesk = "helpdesk";

    /// <summary>The roles: groups that the system's policies name.</summary>
    public static readonly IReadOnlyList<string> RoleGroups = [Administrators, Auditors, Helpdesk];

    /// <summary>Whether a resource is one of the role groups. Their members change; they themselves stay.</summary>
    public static bool IsGroup(ResourceKey key) => key.Kind == ResourceKinds.Group && RoleGroups.Contains(key.Name);
}
