namespace Doorward.Cedar;

/// <summary>Decides requests: allowed when a permit is satisfied and no forbid is.</summary>
public static class Authorizer
{
    // One for each thread, taken while it is used: a store that asks for a decision of its own gets another.
    [ThreadStatic]
    private static AuthorizationScratch? _waiting;

    /// <summary>Decides a request by all policies of a set. The same input gives the same answer everywhere.</summary>
    public static AuthorizationResponse IsAuthorized(
        PolicySet policies, IEntityStore entities, AuthorizationRequest request, AuthorizerOptions? options = null)
    {
        var scratch = Take();
        var response = IsAuthorized(policies, entities, request, scratch, options).ToResponse();
        Return(scratch);
        return response;
    }

    /// <summary>
    /// Decides a request in the same way and allocates nothing: the answer lives in the scratch, and as long as nothing else is asked
    /// with that.
    /// </summary>
    public static AuthorizationAnswer IsAuthorized(
        PolicySet policies, IEntityStore entities, AuthorizationRequest request, AuthorizationScratch scratch, AuthorizerOptions? options = null) =>
        scratch.Answer(policies.Index, entities, request, options?.DenyOnError == true);

    /// <summary>
    /// Only the decision, which is always that of <see cref="IsAuthorized(PolicySet, IEntityStore, AuthorizationRequest, AuthorizerOptions?)"/>:
    /// forbids first, and no further than to the policy that settles it. Allocates nothing.
    /// </summary>
    public static Decision Decide(PolicySet policies, IEntityStore entities, AuthorizationRequest request, AuthorizerOptions? options = null)
    {
        var scratch = Take();
        var decision = scratch.Decide(policies.Index, entities, request, options?.DenyOnError == true);
        Return(scratch);
        return decision;
    }

    /// <summary>Evaluates one policy by itself, as for a policy that is only reported.</summary>
    public static PolicyOutcome Evaluate(Policy policy, IEntityStore entities, AuthorizationRequest request)
    {
        var scratch = Take();
        var outcome = scratch.Evaluate(policy.Compiled, entities, request);
        Return(scratch);
        return outcome;
    }

    private static AuthorizationScratch Take()
    {
        var scratch = _waiting ?? new AuthorizationScratch();
        _waiting = null;
        return scratch;
    }

    private static void Return(AuthorizationScratch scratch)
    {
        scratch.End();
        _waiting = scratch;
    }
}
