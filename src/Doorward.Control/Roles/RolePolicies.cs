using System.Collections.Immutable;
using Doorward.Cedar;
using Doorward.Cedar.Schemas;
using Doorward.Control.Policies;

namespace Doorward.Control.Roles;

/// <summary>Decides calls of the admin API by the roles' policies, which ship with the product and nobody edits.</summary>
internal sealed class RolePolicies
{
    private static readonly EntityUid Installation = new("Installation", "installation");
    private static readonly AuthorizerOptions Options = new() { DenyOnError = true };
    private readonly PolicySet _policies = EmbeddedPolicies.Compile("Roles", Schema);

    /// <summary>What the policies speak of.</summary>
    public static Schema Schema { get; } = EmbeddedPolicies.ReadSchema("Roles/roles.cedarschema");

    /// <summary>Whether the call is allowed. Without a target it is about the whole installation.</summary>
    public bool Allows(ApiPrincipal principal, ApiAction action, ApiTarget? target = null)
    {
        var (request, entities) = Question(principal, action, target);
        return Authorizer.IsAuthorized(_policies, entities, request, Options).Decision == Decision.Allow;
    }

    /// <summary>The call as Cedar sees it.</summary>
    internal static (AuthorizationRequest Request, EntityStore Entities) Question(ApiPrincipal principal, ApiAction action, ApiTarget? target)
    {
        var subject = new EntityUid(principal.Type, principal.Name);
        var resource = target is null ? Installation : new EntityUid("User", target.Name);
        var request = new AuthorizationRequest(subject, ActionUid(action.Id()), resource, RecordValue.Create(
            ("assurance", CedarValue.From((long)principal.Assurance)),
            ("token", CedarValue.From(principal.Token))));
        return (request, Entities(principal, subject, target, resource));
    }

    private static EntityStore Entities(ApiPrincipal principal, EntityUid subject, ApiTarget? target, EntityUid resource)
    {
        var entities = Enum.GetValues<ApiAction>()
            .Select(static action => action.IsSupport()
                ? new Entity(ActionUid(action.Id()), ActionUid(ApiActions.SupportGroup))
                : new Entity(ActionUid(action.Id())))
            .ToDictionary(static entity => entity.Uid);
        entities[subject] = new Entity(subject, Parents(principal.Groups));

        // Whoever acts on themselves is one entity with one set of groups.
        if (target is not null) entities[resource] = new Entity(resource, Parents(target.Groups));
        return EntityStore.Create(entities.Values);
    }

    private static EntityUid[] Parents(ImmutableArray<string> groups) => [.. groups.Select(static group => new EntityUid("Group", group))];

    private static EntityUid ActionUid(string id) => new("Action", id);
}
