using System.Collections.Immutable;
using Doorward.Cedar;

namespace Doorward.Core.Evaluations;

/// <summary>The pure function (policies, evidence, action, resource) to decision. No clock, no look-up, no state.</summary>
public static class Evaluator
{
    // An erroring forbid whose scope matches denies: what was written to keep people out must not open by a missing fact.
    private static readonly AuthorizerOptions Options = new() { DenyOnError = true };

    public static AccessDecision Evaluate(PolicyBundle policies, EvaluationInput input)
    {
        if (!policies.Faults.IsEmpty)
            return new AccessDecision { Cause = DecisionCause.PolicyError, Errors = policies.Faults };

        var judges = policies.For(input.Resource);
        var request = CedarMapping.Request(input);
        var entities = new EvaluationEntities(input);
        var response = Authorizer.IsAuthorized(judges.InForce, entities, request, Options);
        var decision = Read(response, input);
        return judges.WithReportOnly is { } trial
            ? decision with { ReportOnly = Trial(judges, Authorizer.IsAuthorized(trial, entities, request, Options), response) }
            : decision;
    }

    private static AccessDecision Read(AuthorizationResponse response, EvaluationInput input) => new()
    {
        Cause = Cause(response, input),
        Reasons = [.. response.Reasons],
        Errors = [.. response.Errors.Select(error => new PolicyFault(error.PolicyId, error.Message, error.Location.Line, error.Location.Column))],
    };

    private static DecisionCause Cause(AuthorizationResponse response, EvaluationInput input) => response.Decision switch
    {
        Decision.Allow when IsTooOld(input) => DecisionCause.SignInTooOld,
        Decision.Allow => DecisionCause.Permitted,
        _ when response.Reasons.Count > 0 => DecisionCause.Forbidden,
        _ when response.Errors.Count > 0 => DecisionCause.PolicyError,
        _ => DecisionCause.NoPermit,
    };

    private static bool IsTooOld(EvaluationInput input) =>
        input.Resource.MaxSignInAge is { } bound && input.Evidence.Session is { } session && input.Evidence.Time.Now - session.Authenticated > bound;

    private static ImmutableArray<string> Trial(Judges judges, AuthorizationResponse trial, AuthorizationResponse real)
    {
        if (trial.Decision == real.Decision)
            return [];
        var onTrial = judges.All.Where(policy => policy.Definition.ReportOnly).Select(policy => policy.Definition.Name).ToHashSet(StringComparer.Ordinal);
        return [.. trial.Reasons.Concat(trial.Errors.Select(error => error.PolicyId)).Where(onTrial.Contains).Distinct(StringComparer.Ordinal)];
    }
}
