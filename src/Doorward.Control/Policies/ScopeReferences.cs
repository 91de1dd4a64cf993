using Doorward.Cedar;
using Doorward.Control.Resources.Editing;

namespace Doorward.Control.Policies;

/// <summary>Names in a policy's scope that nothing has: most often a slip of the pen, sometimes a resource still to come.</summary>
internal static class ScopeReferences
{
    public static IEnumerable<string> Unknown(Policy policy, World world) =>
        Named(policy).Where(uid => !Exists(uid, world)).Select(static uid => uid.ToString());

    private static IEnumerable<EntityUid> Named(Policy policy)
    {
        foreach (var constraint in (EntityConstraint[])[policy.Scope.Principal, policy.Scope.Resource])
        {
            if (constraint.Reference is EntityReference.Literal literal) yield return literal.Uid;
        }
    }

    private static bool Exists(EntityUid uid, World world) => uid.Type switch
    {
        "Group" => world.Groups.ContainsKey(uid.Id),
        "User" or "Service" => world.HasUser(uid.Id),
        "Application" => world.Applications.ContainsKey(uid.Id),
        "Anonymous" => uid.Id == "anonymous",
        _ => false,
    };
}
