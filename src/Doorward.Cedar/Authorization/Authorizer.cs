using Doorward.Cedar.Evaluation;

namespace Doorward.Cedar;

/// <summary>Decides requests: allowed when a permit is satisfied and no forbid is.</summary>
public static class Authorizer
{
    /// <summary>Decides a request by all policies of a set. The same input gives the same answer everywhere.</summary>
    public static AuthorizationResponse IsAuthorized(
        PolicySet policies, IEntityStore entities, AuthorizationRequest request, AuthorizerOptions? options = null)
    {
        var denyOnError = (options ?? AuthorizerOptions.Default).DenyOnError;
        var permits = new List<string>();
        var forbids = new List<string>();
        var errors = new List<EvaluationError>();
        // Don't try to short circuit this: reasons and errors are those of all policies, not of the first that settles it.
        foreach (var policy in MayMatch(policies, entities, request))
        {
            var outcome = Evaluate(policy, entities, request);
            if (outcome.Error is not null) errors.Add(outcome.Error);
            if (outcome.IsSatisfied) (policy.Effect == Effect.Permit ? permits : forbids).Add(policy.Id);
            else if (denyOnError && outcome.Kind == PolicyOutcomeKind.Error && policy.Effect == Effect.Forbid) forbids.Add(policy.Id);
        }
        return forbids.Count == 0 && permits.Count > 0
            ? new AuthorizationResponse(Decision.Allow, permits, errors)
            : new AuthorizationResponse(Decision.Deny, forbids, errors);
    }

    /// <summary>
    /// Only the decision, which is always that of <see cref="IsAuthorized"/>: forbids first, and no further than to the policy that
    /// settles it.
    /// </summary>
    public static Decision Decide(PolicySet policies, IEntityStore entities, AuthorizationRequest request, AuthorizerOptions? options = null)
    {
        var denyOnError = (options ?? AuthorizerOptions.Default).DenyOnError;
        var found = MayMatch(policies, entities, request);
        foreach (var policy in found)
        {
            if (policy.Effect == Effect.Permit) continue;
            var kind = Evaluate(policy, entities, request).Kind;
            if (kind == PolicyOutcomeKind.Satisfied || (denyOnError && kind == PolicyOutcomeKind.Error)) return Decision.Deny;
        }
        foreach (var policy in found)
            if (policy.Effect == Effect.Permit && Evaluate(policy, entities, request).IsSatisfied) return Decision.Allow;
        return Decision.Deny;
    }

    // In the order of the set, so that reasons and errors are too.
    private static IEnumerable<Policy> MayMatch(PolicySet policies, IEntityStore entities, AuthorizationRequest request) =>
        policies.Index.TryFind(request, entities, out var places) ? places.Select(place => policies.InOrder[place]) : policies.InOrder;

    /// <summary>Evaluates one policy by itself, as for a policy that is only reported.</summary>
    public static PolicyOutcome Evaluate(Policy policy, IEntityStore entities, AuthorizationRequest request)
    {
        if (!ScopeMatcher.Matches(policy.Scope, entities, request)) return new PolicyOutcome(PolicyOutcomeKind.OutOfScope);
        var evaluator = new Evaluator(entities, request);
        foreach (var condition in policy.Conditions)
        {
            if (evaluator.EvaluateBoolean(condition.Body) is not { } holds)
                return new PolicyOutcome(PolicyOutcomeKind.Error, ErrorOf(policy, evaluator.Failure));
            if (holds != (condition.Kind == ConditionKind.When)) return new PolicyOutcome(PolicyOutcomeKind.NotSatisfied);
        }
        return new PolicyOutcome(PolicyOutcomeKind.Satisfied);
    }

    private static EvaluationError ErrorOf(Policy policy, EvaluationFailure failure) =>
        new(policy.Id, failure.Kind, failure.Message, policy.Locate(failure.Span));
}
