using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Residuals;

/// <summary>What is left of a scope: null when it cannot match, and each part that matches for certain taken away.</summary>
internal sealed class ResidualScope(Schema schema, PartialEntityStore entities, IFactListener? facts)
{
    private static readonly EntityConstraint.Any AnyEntity = new();
    private static readonly ActionConstraint.Any AnyAction = new();

    public static Scope Everything { get; } = new(AnyEntity, AnyAction, AnyEntity);

    // In the order of evaluation, so that nothing is looked at behind what does not match.
    public Scope? Reduce(Scope scope, PartialRequest request)
    {
        if (Reduce(scope.Principal, request.Principal) is not { } principal) return null;
        if (Reduce(scope.Action, request.Action) is not { } action) return null;
        if (Reduce(scope.Resource, request.Resource) is not { } resource) return null;
        return new Scope(principal, action, resource);
    }

    private EntityConstraint? Reduce(EntityConstraint constraint, PartialUid uid) => constraint switch
    {
        EntityConstraint.Any => constraint,
        EntityConstraint.Equal equal => Take(uid.Uid is { } known ? known == UidOf(equal.Entity) : uid.Type == UidOf(equal.Entity).Type ? null : false, constraint),
        EntityConstraint.In isBelow => Take(IsIn(uid, UidOf(isBelow.Entity)), constraint),
        EntityConstraint.Is type => Take(uid.Type == type.EntityType, constraint),
        EntityConstraint.IsIn type => uid.Type == type.EntityType ? Take(IsIn(uid, UidOf(type.Entity)), new EntityConstraint.In(type.Entity)) : null,
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    private ActionConstraint? Reduce(ActionConstraint constraint, EntityUid action) => constraint switch
    {
        ActionConstraint.Any => constraint,
        ActionConstraint.Equal equal => action == equal.Action ? AnyAction : null,
        ActionConstraint.In group => Take(IsIn(action, group.Action), constraint),
        ActionConstraint.InAny groups => Take(IsInAny(action, groups.Actions), constraint),
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    private bool? IsInAny(EntityUid action, IReadOnlyList<EntityUid> groups)
    {
        bool? result = false;
        foreach (var group in groups)
        {
            var isIn = IsIn(action, group);
            if (isIn == true) return true;
            result = isIn is null ? null : result;
        }
        return result;
    }

    private bool? IsIn(PartialUid uid, EntityUid ancestor)
    {
        if (uid.Uid is not { } known) return schema.MayBeIn(uid.Type, ancestor.Type) ? null : false;
        if (known != ancestor) facts?.ReadAncestor(known, ancestor);
        return entities.IsIn(known, ancestor) ?? (schema.MayBeIn(known.Type, ancestor.Type) ? null : false);
    }

    private static EntityConstraint? Take(bool? matches, EntityConstraint constraint) => matches switch
    {
        true => AnyEntity,
        false => null,
        null => constraint,
    };

    private static ActionConstraint? Take(bool? matches, ActionConstraint constraint) => matches switch
    {
        true => AnyAction,
        false => null,
        null => constraint,
    };

    private static EntityUid UidOf(EntityReference reference) => reference is EntityReference.Literal literal
        ? literal.Uid
        : throw new InvalidOperationException("A template was evaluated as if it were a policy.");
}
