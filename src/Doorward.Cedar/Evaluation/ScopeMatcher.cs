namespace Doorward.Cedar.Evaluation;

/// <summary>Whether a request is what a policy speaks of. Unlike conditions this never errors.</summary>
internal static class ScopeMatcher
{
    public static bool Matches(Scope scope, IEntityStore entities, AuthorizationRequest request) =>
        Matches(scope.Principal, request.Principal, entities)
        && Matches(scope.Action, request.Action, entities)
        && Matches(scope.Resource, request.Resource, entities);

    private static bool Matches(EntityConstraint constraint, EntityUid uid, IEntityStore entities) => constraint switch
    {
        EntityConstraint.Any => true,
        EntityConstraint.Equal equal => uid == UidOf(equal.Entity),
        EntityConstraint.In isBelow => BinaryOperators.IsIn(uid, UidOf(isBelow.Entity), entities),
        EntityConstraint.Is type => uid.Type == type.EntityType,
        EntityConstraint.IsIn type => uid.Type == type.EntityType && BinaryOperators.IsIn(uid, UidOf(type.Entity), entities),
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    private static bool Matches(ActionConstraint constraint, EntityUid action, IEntityStore entities) => constraint switch
    {
        ActionConstraint.Any => true,
        ActionConstraint.Equal equal => action == equal.Action,
        ActionConstraint.In group => BinaryOperators.IsIn(action, group.Action, entities),
        ActionConstraint.InAny groups => groups.Actions.Any(group => BinaryOperators.IsIn(action, group, entities)),
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    private static EntityUid UidOf(EntityReference reference) => reference is EntityReference.Literal literal
        ? literal.Uid
        : throw new InvalidOperationException("A template was evaluated as if it were a policy.");
}
