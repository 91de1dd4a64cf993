using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Doorward.Cedar;

namespace Doorward.Core.Evaluations;

/// <summary>The pure function (policies, evidence, action, resource) to decision. No clock, no look-up, no state.</summary>
public static class Evaluator
{
    // An erroring forbid whose scope matches denies: what was written to keep people out must not open by a missing fact.
    private static readonly AuthorizerOptions Options = new() { DenyOnError = true };

    // A thread evaluates one input at a time: the room for it is used again, and the entities never ask for an evaluation of their own.
    [ThreadStatic]
    private static AuthorizationScratch? _scratch;

    public static AccessDecision Evaluate(PolicyBundle policies, EvaluationInput input)
    {
        if (!policies.Faults.IsEmpty)
            return new AccessDecision { Cause = DecisionCause.PolicyError, Errors = policies.Faults };
        return Decide(policies.For(input.Resource), new EvaluationEntities(input), CedarMapping.Request(input), input);
    }

    /// <summary>The same answer from entities that were prepared for this subject and resource, which takes nothing but the time of the policies.</summary>
    public static AccessDecision Evaluate(PolicyBundle policies, EvaluationInput input, PreparedEntities entities)
    {
        if (!policies.Faults.IsEmpty || !entities.AreOf(input))
            return Evaluate(policies, input);
        return Decide(policies.For(input.Resource), entities.Store, CedarMapping.Request(input), input);
    }

    /// <summary>
    /// The evaluation by itself. From a store of Cedar's own it allocates what the decision keeps, its reasons and errors, and nothing else.
    /// </summary>
    internal static AccessDecision Decide(Judges judges, IEntityStore entities, AuthorizationRequest request, EvaluationInput input)
    {
        var scratch = _scratch ??= new AuthorizationScratch();
        var answer = Authorizer.IsAuthorized(judges.InForce, entities, request, scratch, Options);
        var (decision, read) = (answer.Decision, Read(answer, input));

        // The first answer ends here: the trial takes its room.
        return judges.WithReportOnly is { } trial
            ? read with { ReportOnly = Trial(judges, Authorizer.IsAuthorized(trial, entities, request, scratch, Options), decision) }
            : read;
    }

    private static AccessDecision Read(AuthorizationAnswer answer, EvaluationInput input) => new()
    {
        Cause = Cause(answer, input),
        Reasons = Reasons(answer),
        Errors = Errors(answer),
    };

    private static ImmutableArray<string> Reasons(AuthorizationAnswer answer)
    {
        if (answer.ReasonCount == 0)
            return [];
        var reasons = new string[answer.ReasonCount];
        for (var i = 0; i < reasons.Length; i++) reasons[i] = answer.Reason(i).Id;
        return ImmutableCollectionsMarshal.AsImmutableArray(reasons);
    }

    private static ImmutableArray<PolicyFault> Errors(AuthorizationAnswer answer)
    {
        if (answer.ErrorCount == 0)
            return [];
        var errors = new PolicyFault[answer.ErrorCount];
        for (var i = 0; i < errors.Length; i++)
        {
            var error = answer.Error(i);
            errors[i] = new PolicyFault(error.PolicyId, error.Message, error.Location.Line, error.Location.Column);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(errors);
    }

    private static DecisionCause Cause(AuthorizationAnswer answer, EvaluationInput input) => answer.Decision switch
    {
        Decision.Allow when IsTooOld(input) => DecisionCause.SignInTooOld,
        Decision.Allow => DecisionCause.Permitted,
        _ when answer.ReasonCount > 0 => DecisionCause.Forbidden,
        _ when answer.ErrorCount > 0 => DecisionCause.PolicyError,
        _ => DecisionCause.NoPermit,
    };

    private static bool IsTooOld(EvaluationInput input) =>
        input.Resource.MaxSignInAge is { } bound && input.Evidence.Session is { } session && input.Evidence.Time.Now - session.Authenticated > bound;

    private static ImmutableArray<string> Trial(Judges judges, AuthorizationAnswer answer, Decision real)
    {
        if (answer.Decision == real)
            return [];
        var trial = answer.ToResponse();
        var onTrial = judges.All.Where(policy => policy.Definition.ReportOnly).Select(policy => policy.Definition.Name).ToHashSet(StringComparer.Ordinal);
        return [.. trial.Reasons.Concat(trial.Errors.Select(error => error.PolicyId)).Where(onTrial.Contains).Distinct(StringComparer.Ordinal)];
    }
}
