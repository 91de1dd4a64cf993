using Doorward.Cedar;
using Doorward.Cedar.Syntax;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Users;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;

namespace Doorward.Control.Policies;

/// <summary>What a policy names: to find slips of the pen, and what would be deleted under it.</summary>
internal static class PolicyMentions
{
    /// <summary>Names in the scope that nothing has: most often a slip of the pen, sometimes a resource still to come.</summary>
    public static IEnumerable<(EntityUid Uid, SourceLocation At)> UnknownInScope(Policy policy, World world) =>
        InScope(policy).Where(named => !Exists(named.Uid, world));

    /// <summary>Whether the policy names the resource, in its scope or in a condition. Networks are named by their text.</summary>
    public static bool Names(Policy policy, ResourceKey key) => key.Kind switch
    {
        ResourceKinds.Group => Mentions(policy, static uid => uid.Type == CedarNames.GroupType, key.Name),
        UserKind.Name => Mentions(policy, static uid => uid.Type is CedarNames.User or CedarNames.Service, key.Name),
        ResourceKinds.Application => Mentions(policy, static uid => uid.Type == CedarNames.ApplicationType, key.Name),
        ResourceKinds.Network => policy.Facts.Reads("context.network.names")
            && Literals(policy).Any(literal => literal is StringValue text && text.Value == key.Name),
        _ => false,
    };

    private static bool Mentions(Policy policy, Func<EntityUid, bool> isOfKind, string name) =>
        InScope(policy).Select(static named => named.Uid).Concat(Literals(policy).OfType<EntityValue>().Select(static value => value.Uid))
            .Any(uid => uid.Id == name && isOfKind(uid));

    private static IEnumerable<(EntityUid Uid, SourceLocation At)> InScope(Policy policy)
    {
        if (policy.Scope.Principal.Reference is EntityReference.Literal principal) yield return (principal.Uid, policy.PrincipalLocation);
        if (policy.Scope.Resource.Reference is EntityReference.Literal resource) yield return (resource.Uid, policy.ResourceLocation);
    }

    // The parser bounds the height; `in [..]` and `is .. in` have their entities among the children.
    private static IEnumerable<CedarValue> Literals(Policy policy)
    {
        var pending = new Stack<Expression>(policy.Conditions.Select(static condition => condition.Body));
        while (pending.TryPop(out var expression))
        {
            if (expression is LiteralExpression literal) yield return literal.Value;
            foreach (var child in expression.Children) pending.Push(child);
        }
    }

    private static bool Exists(EntityUid uid, World world) => uid.Type switch
    {
        CedarNames.GroupType => world.Groups.ContainsKey(uid.Id),
        CedarNames.User or CedarNames.Service => world.HasUser(uid.Id),
        CedarNames.ApplicationType => world.Applications.ContainsKey(uid.Id),
        CedarNames.Anonymous => uid.Id == "anonymous",
        _ => false,
    };
}
