using Doorward.Cedar.Evaluation;

namespace Doorward.Cedar;

/// <summary>Takes a policy apart for a request, for people who ask why it applies or does not. Not for deciding: that is <see cref="Authorizer"/>'s.</summary>
public static class PolicyClauses
{
    /// <summary>Every condition with its outcome, also those behind the first that does not hold; null when the scope does not match.</summary>
    public static IReadOnlyList<ClauseOutcome>? Of(Policy policy, IEntityStore entities, AuthorizationRequest request) => Of(policy, policy.Scope, entities, request);

    /// <summary>The same as if the policy spoke of every principal; null when action or resource are not those it speaks of.</summary>
    public static IReadOnlyList<ClauseOutcome>? ForAnyPrincipal(Policy policy, IEntityStore entities, AuthorizationRequest request) =>
        Of(policy, policy.Scope with { Principal = new EntityConstraint.Any() }, entities, request);

    private static List<ClauseOutcome>? Of(Policy policy, Scope scope, IEntityStore entities, AuthorizationRequest request)
    {
        if (!ScopeMatcher.Matches(scope, entities, request)) return null;
        var evaluator = new Evaluator(entities, request);
        return [.. policy.Conditions.Select(condition => Ask(policy, condition, evaluator))];
    }

    private static ClauseOutcome Ask(Policy policy, Condition condition, Evaluator evaluator)
    {
        var text = $"{(condition.Kind == ConditionKind.When ? "when" : "unless")} {{ {condition.Body} }}";
        if (evaluator.EvaluateBoolean(condition.Body) is { } value) return new ClauseOutcome(text, value == (condition.Kind == ConditionKind.When), null);
        var failure = evaluator.Failure;
        return new ClauseOutcome(text, false, new EvaluationError(policy.Id, failure.Kind, failure.Message, policy.Locate(failure.Span)));
    }
}
