using Doorward.Cedar;
using Doorward.Core.Evidences;

namespace Doorward.Core.Evaluations;

/// <summary>The names that the shipped schema gives to our entities (design section 4). The only place that knows them.</summary>
public static class CedarNames
{
    public const string User = "User";
    public const string Service = "Service";
    public const string Anonymous = "Anonymous";
    public const string GroupType = "Group";
    public const string ApplicationType = "Application";
    public const string ActionType = "Action";

    public static readonly EntityUid AccessAction = new(ActionType, "access");
    public static readonly EntityUid ReadAction = new(ActionType, "read");
    public static readonly EntityUid WriteAction = new(ActionType, "write");
    public static readonly EntityUid TunnelAction = new(ActionType, "tunnel");

    public static EntityUid Principal(SubjectEvidence subject) => new(
        subject.Kind switch { SubjectKind.User => User, SubjectKind.Service => Service, _ => Anonymous }, subject.Name);

    public static EntityUid Group(string name) => new(GroupType, name);

    public static EntityUid Application(string name) => new(ApplicationType, name);

    public static EntityUid Of(AccessAction action) => action switch
    {
        Evaluations.AccessAction.Read => ReadAction,
        Evaluations.AccessAction.Write => WriteAction,
        _ => TunnelAction,
    };
}
