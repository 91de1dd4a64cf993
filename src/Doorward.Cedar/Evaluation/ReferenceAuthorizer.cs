namespace Doorward.Cedar.Evaluation;

/// <summary>
/// Decides requests by a look at every policy in turn, with nothing compiled and nothing indexed: the plain meaning of a policy set,
/// with which the authorizer is compared.
/// </summary>
internal static class ReferenceAuthorizer
{
    public static AuthorizationResponse IsAuthorized(
        PolicySet policies, IEntityStore entities, AuthorizationRequest request, AuthorizerOptions? options = null)
    {
        var denyOnError = (options ?? AuthorizerOptions.Default).DenyOnError;
        var permits = new List<string>();
        var forbids = new List<string>();
        var errors = new List<EvaluationError>();
        foreach (var policy in policies)
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
