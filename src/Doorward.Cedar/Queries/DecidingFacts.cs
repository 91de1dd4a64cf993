using Doorward.Cedar.Residuals;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Queries;

/// <summary>
/// Which facts decide: attributes, tags and memberships such that, while they stay as they are, the decision stays as it is, whatever
/// else changes. So every single change that turns a decision is a change of one of them. Who asks, what for and on what is given.
/// </summary>
public static class DecidingFacts
{
    /// <summary>The facts that the decision of a request rests on: of a deny by a forbid, or of an allow, those of the policy that needs fewest.</summary>
    public static IReadOnlyList<DecidingFact> Find(
        Schema schema, PolicySet policies, IEntityStore entities, AuthorizationRequest request, AuthorizerOptions? options = null)
    {
        var denyOnError = (options ?? AuthorizerOptions.Default).DenyOnError;
        var known = PartialEntityStore.Of(entities);
        var partial = PartialRequest.Of(request);
        List<DecidingFact>? permit = null, forbid = null;
        var others = new FactCollector();
        var unsatisfied = new FactCollector();
        foreach (var policy in policies)
        {
            var outside = FewestOutside(schema, policy.Scope, known, partial);
            // Who asks, for what, is not what this policy speaks of, and nothing can change that.
            if (outside is { Count: 0 }) continue;
            var facts = new FactCollector();
            var residual = PartialAuthorizer.EvaluateAll(schema, [policy], known, partial, facts)[0];
            var isForbid = policy.Effect == Effect.Forbid;
            if (residual.IsEffectiveAlways(denyOnError))
            {
                ref var fewest = ref isForbid ? ref forbid : ref permit;
                if (fewest is null || facts.Facts.Count < fewest.Count) fewest = facts.Facts;
                continue;
            }
            // Where an error denies, a condition that does not hold is not enough: one in front of it might fail instead.
            var reason = outside ?? facts.Facts;
            if (!denyOnError || !isForbid) reason = FewestUnheld(schema, policy, known, partial, reason);
            foreach (var fact in reason) (isForbid ? others : unsatisfied).Add(fact);
        }
        if (forbid is not null) return forbid;
        if (permit is null) return unsatisfied.Facts;
        foreach (var fact in permit) others.Add(fact);
        return others.Facts;
    }

    // A policy does not apply while any one part of its scope does not match.
    private static List<DecidingFact>? FewestOutside(Schema schema, Scope scope, PartialEntityStore known, PartialRequest request)
    {
        var all = ResidualScope.Everything;
        List<DecidingFact>? fewest = null;
        foreach (var part in new[] { all with { Resource = scope.Resource }, all with { Action = scope.Action }, all with { Principal = scope.Principal } })
        {
            var facts = new FactCollector();
            if (new ResidualScope(schema, known, facts).Reduce(part, request) is null && (fewest is null || facts.Facts.Count < fewest.Count)) fewest = facts.Facts;
            if (fewest is { Count: 0 }) break;
        }
        return fewest;
    }

    // Nor is it satisfied while any one of its conditions does not hold.
    private static List<DecidingFact> FewestUnheld(Schema schema, Policy policy, PartialEntityStore known, PartialRequest request, List<DecidingFact> fewest)
    {
        foreach (var condition in ConjunctsOf(policy))
        {
            var facts = new FactCollector();
            var part = PartialAuthorizer.EvaluateAll(schema, [policy.Reduce(ResidualScope.Everything, [condition])], known, request, facts)[0];
            if (part.State != PolicyState.Satisfied && facts.Facts.Count < fewest.Count) fewest = facts.Facts;
        }
        return fewest;
    }

    private static IEnumerable<Condition> ConjunctsOf(Policy policy) => policy.Conditions.SelectMany(condition =>
        condition is { Kind: ConditionKind.When, Body: AndExpression and } ? and.Operands.Select(operand => new Condition(ConditionKind.When, operand)) : [condition]);
}
