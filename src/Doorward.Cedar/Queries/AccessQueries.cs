using Doorward.Cedar.Residuals;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Queries;

/// <summary>
/// Questions about many requests at once: who may, and what may one. Policies are evaluated once as far as all candidates of a type
/// have in common, and only what is left for each. The answers are those of <see cref="Authorizer.Decide"/> for every candidate, for
/// requests and entities that agree with the schema.
/// </summary>
public sealed class AccessQueries(Schema schema, PolicySet policies, IEntityStore entities, AuthorizerOptions? options = null)
{
    private readonly AuthorizerOptions _options = options ?? AuthorizerOptions.Default;
    private readonly PolicySet _policies = policies;
    private readonly IEntityStore _entities = entities;
    private readonly PartialEntityStore _known = PartialEntityStore.Of(entities);

    /// <summary>Those of the candidates that may do this, in their order.</summary>
    public IEnumerable<EntityUid> Principals(EntityUid action, EntityUid resource, RecordValue context, IEnumerable<EntityUid> candidates)
    {
        var answers = new Answers(this, type => new PartialRequest(PartialUid.OfType(type), action, resource, context));
        foreach (var principal in candidates)
            if (answers.IsAllowed(principal.Type, new AuthorizationRequest(principal, action, resource, context))) yield return principal;
    }

    /// <summary>Those of the candidates that this may be done to, in their order.</summary>
    public IEnumerable<EntityUid> Resources(EntityUid principal, EntityUid action, RecordValue context, IEnumerable<EntityUid> candidates)
    {
        var answers = new Answers(this, type => new PartialRequest(principal, action, PartialUid.OfType(type), context));
        foreach (var resource in candidates)
            if (answers.IsAllowed(resource.Type, new AuthorizationRequest(principal, action, resource, context))) yield return resource;
    }

    /// <summary>
    /// All that a principal may do to the candidates: every action of the schema that applies to both, by its name, and for each the
    /// resources in their order.
    /// </summary>
    public IEnumerable<(EntityUid Action, EntityUid Resource)> Access(
        EntityUid principal, Func<EntityUid, RecordValue> contextOf, IReadOnlyCollection<EntityUid> candidates)
    {
        foreach (var action in schema.Actions.Values.Where(action => action.PrincipalTypes.Contains(principal.Type)).OrderBy(action => action.Uid.ToString(), StringComparer.Ordinal))
        {
            var fitting = candidates.Where(candidate => action.ResourceTypes.Contains(candidate.Type));
            foreach (var resource in Resources(principal, action.Uid, contextOf(action.Uid), fitting)) yield return (action.Uid, resource);
        }
    }

    /// <summary>All entities of a store that may do this, of the types that the action applies to, in no particular order.</summary>
    public IEnumerable<EntityUid> Principals(EntityUid action, EntityUid resource, RecordValue context, EntityStore among) => Among(
        schema.Actions.GetValueOrDefault(action)?.PrincipalTypes, among,
        type => new PartialRequest(PartialUid.OfType(type), action, resource, context), principal => new AuthorizationRequest(principal, action, resource, context));

    /// <summary>All entities of a store that this may be done to, as <see cref="Principals(EntityUid, EntityUid, RecordValue, EntityStore)"/>.</summary>
    public IEnumerable<EntityUid> Resources(EntityUid principal, EntityUid action, RecordValue context, EntityStore among) => Among(
        schema.Actions.GetValueOrDefault(action)?.ResourceTypes, among,
        type => new PartialRequest(principal, action, PartialUid.OfType(type), context), resource => new AuthorizationRequest(principal, action, resource, context));

    private IEnumerable<EntityUid> Among(
        IReadOnlyList<string>? types, EntityStore among, Func<string, PartialRequest> requestOf, Func<EntityUid, AuthorizationRequest> complete)
    {
        foreach (var type in types ?? [])
        {
            var (decision, left) = Evaluate(type, requestOf);
            if (decision == Decision.Deny) continue;
            foreach (var uid in among.Entities.Select(entity => entity.Uid))
                if (uid.Type == type && (decision ?? Authorizer.Decide(left, _entities, complete(uid), _options)) == Decision.Allow) yield return uid;
        }
    }

    // What is left for candidates of each type. To find that takes a look at every policy, which only many candidates are worth.
    private sealed class Answers(AccessQueries queries, Func<string, PartialRequest> requestOf)
    {
        private const int PoliciesPerCandidate = 4;

        private readonly Dictionary<string, (Decision? Decision, PolicySet Left)> _byType = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

        public bool IsAllowed(string type, AuthorizationRequest request)
        {
            if (!_byType.TryGetValue(type, out var answer))
            {
                answer = (null, queries._policies);
                var seen = _seen[type] = _seen.GetValueOrDefault(type) + 1;
                if (seen * PoliciesPerCandidate > queries._policies.Count) _byType.Add(type, answer = queries.Evaluate(type, requestOf));
            }
            return (answer.Decision ?? Authorizer.Decide(answer.Left, queries._entities, request, queries._options)) == Decision.Allow;
        }
    }

    private (Decision? Decision, PolicySet Left) Evaluate(string type, Func<string, PartialRequest> requestOf)
    {
        // Of a type that the schema does not know nothing can be said beforehand.
        if (!schema.IsKnownType(type)) return (null, _policies);
        var residuals = PartialAuthorizer.EvaluateAll(schema, _policies, _known, requestOf(type));
        var rest = residuals.Where(residual => residual.IsEffective(_options.DenyOnError)).Select(residual => residual.Rest!);
        return (PartialAuthorizer.Decide(residuals, _options.DenyOnError), PolicySet.Create(rest));
    }
}
