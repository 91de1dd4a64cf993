using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Validation;

/// <summary>
/// The kinds of requests that a policy's scope does not rule out by types alone. For the others the policy is always false, and
/// nothing in it can fail.
/// </summary>
internal sealed class ScopeEnvironments(Schema schema)
{
    private readonly Dictionary<string, EntityType> _types = schema.EntityTypes.Keys
        .ToDictionary(name => name, name => new EntityType(name), StringComparer.Ordinal);

    public IEnumerable<RequestEnvironment> Of(Scope scope)
    {
        foreach (var action in ActionsOf(scope.Action))
        {
            var resources = action.ResourceTypes.Where(type => MayBe(type, scope.Resource)).ToList();
            if (resources.Count == 0) continue;
            foreach (var principal in action.PrincipalTypes)
            {
                if (!MayBe(principal, scope.Principal)) continue;
                foreach (var resource in resources) yield return new RequestEnvironment(_types[principal], action, _types[resource]);
            }
        }
    }

    /// <summary>Whether an entity of the type can satisfy the constraint.</summary>
    public bool MayBe(string type, EntityConstraint constraint) => constraint switch
    {
        EntityConstraint.Equal { Entity: EntityReference.Literal entity } => type == entity.Uid.Type,
        EntityConstraint.In { Entity: EntityReference.Literal ancestor } => schema.MayBeIn(type, ancestor.Uid.Type),
        EntityConstraint.Is constraintType => type == constraintType.EntityType,
        EntityConstraint.IsIn { Entity: EntityReference.Literal ancestor } below =>
            type == below.EntityType && schema.MayBeIn(type, ancestor.Uid.Type),
        EntityConstraint.IsIn below => type == below.EntityType,
        // Any, or a slot that is filled later.
        _ => true,
    };

    private IEnumerable<ActionDefinition> ActionsOf(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Equal equal => schema.Actions.TryGetValue(equal.Action, out var action) ? [action] : [],
        ActionConstraint.In group => schema.Actions.Values.Where(action => schema.IsActionIn(action.Uid, group.Action)),
        ActionConstraint.InAny groups => schema.Actions.Values.Where(action => groups.Actions.Any(group => schema.IsActionIn(action.Uid, group))),
        _ => schema.Actions.Values,
    };
}
