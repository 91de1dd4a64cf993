using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Residuals;

/// <summary>
/// Decides as far as what is known reaches, and gives what is left as policies. What is said holds for requests and entities that
/// agree with the schema (<see cref="Validation.RequestValidator"/>); policies need not be valid.
/// </summary>
public static class PartialAuthorizer
{
    /// <summary>Evaluates all policies of a set.</summary>
    /// <exception cref="ArgumentException">The schema does not declare the type of the principal or resource.</exception>
    public static PartialResponse IsAuthorized(
        Schema schema, PolicySet policies, PartialEntityStore entities, PartialRequest request, AuthorizerOptions? options = null)
    {
        var residuals = EvaluateAll(schema, policies, entities, request);
        return new PartialResponse(Decide(residuals, (options ?? AuthorizerOptions.Default).DenyOnError), residuals);
    }

    /// <summary>Evaluates one policy by itself.</summary>
    /// <exception cref="ArgumentException">The schema does not declare the type of the principal or resource.</exception>
    public static PolicyResidual Evaluate(Schema schema, Policy policy, PartialEntityStore entities, PartialRequest request) =>
        EvaluateAll(schema, [policy], entities, request)[0];

    internal static List<PolicyResidual> EvaluateAll(
        Schema schema, IEnumerable<Policy> policies, PartialEntityStore entities, PartialRequest request, IFactListener? facts = null)
    {
        foreach (var uid in new[] { request.Principal, request.Resource })
            if (!schema.IsKnownType(uid.Type)) throw new ArgumentException($"There is no entity type {uid.Type}.", nameof(request));
        var scopes = new ResidualScope(schema, entities, facts);
        var evaluator = new ResidualEvaluator(schema, entities, request, facts);
        return [.. policies.Select(policy => Evaluate(policy, scopes, evaluator, request))];
    }

    internal static Decision? Decide(IEnumerable<PolicyResidual> residuals, bool denyOnError)
    {
        var (isPermitted, mayBePermitted, mayBeForbidden) = (false, false, false);
        foreach (var residual in residuals)
        {
            if (residual.Policy.Effect == Effect.Forbid)
            {
                if (residual.IsEffectiveAlways(denyOnError)) return Decision.Deny;
                mayBeForbidden |= residual.IsEffective(denyOnError);
                continue;
            }
            isPermitted |= residual.State == PolicyState.Satisfied;
            mayBePermitted |= residual.MayBeSatisfied;
        }
        if (!mayBePermitted) return Decision.Deny;
        return isPermitted && !mayBeForbidden ? Decision.Allow : null;
    }

    private static PolicyResidual Evaluate(Policy policy, ResidualScope scopes, ResidualEvaluator evaluator, PartialRequest request)
    {
        if (scopes.Reduce(policy.Scope, request) is not { } scope) return new PolicyResidual(policy, null, Outcomes.False);
        var kept = new List<Condition>();
        var outcomes = scope == ResidualScope.Everything ? Outcomes.True : Outcomes.Boolean;
        foreach (var condition in policy.Conditions)
        {
            var body = evaluator.Evaluate(condition.Body);
            var one = body.Outcomes.AsBoolean();
            if (condition.Kind == ConditionKind.Unless) one = one.Negated();
            if (one == Outcomes.True) continue;
            kept.Add(new Condition(condition.Kind, body.Expression));
            outcomes |= one & ~Outcomes.True;
            if (one.May(Outcomes.True)) continue;
            // It holds for nothing, so that nothing behind it is reached.
            outcomes &= ~Outcomes.True;
            break;
        }
        if (outcomes == Outcomes.False) return new PolicyResidual(policy, null, outcomes);
        return new PolicyResidual(policy, policy.Reduce(scope, kept), outcomes);
    }
}
