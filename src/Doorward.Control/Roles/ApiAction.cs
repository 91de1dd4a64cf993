namespace Doorward.Control.Roles;

/// <summary>What somebody may be allowed to do through the admin API: the actions that the roles' policies speak of.</summary>
public enum ApiAction
{
    /// <summary>Read resources, sessions, grants, decisions and status.</summary>
    View,

    /// <summary>Read the audit log itself.</summary>
    Audit,

    /// <summary>End the sessions of one person.</summary>
    EndSessions,

    /// <summary>Cut one grant or connection of one person.</summary>
    CutGrant,

    /// <summary>Make an enrolment link for one person.</summary>
    Invite,

    /// <summary>Everything that changes resources, credentials, tokens or the installation.</summary>
    Administer,
}

internal static class ApiActions
{
    public const string SupportGroup = "support";

    /// <summary>The id of the action in policies.</summary>
    public static string Id(this ApiAction action) => action switch
    {
        ApiAction.View => "view",
        ApiAction.Audit => "audit",
        ApiAction.EndSessions => "session.revoke",
        ApiAction.CutGrant => "grant.cut",
        ApiAction.Invite => "user.invite",
        ApiAction.Administer => "administer",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "No such action."),
    };

    /// <summary>Whether it is help for one person, which needs to be told whom.</summary>
    public static bool IsSupport(this ApiAction action) => action is ApiAction.EndSessions or ApiAction.CutGrant or ApiAction.Invite;
}
