using System.Collections.Immutable;
using Doorward.Cedar;

namespace Doorward.Core.Evaluations;

/// <summary>A policy that speaks of what was asked, clause by clause, for people who ask why.</summary>
/// <param name="Policy">The policy, its scope matching.</param>
/// <param name="Clauses">Its conditions, in order, each with what became of it.</param>
public sealed record ConsideredPolicy(CompiledPolicy Policy, ImmutableArray<ClauseOutcome> Clauses)
{
    public bool Applies => Clauses.All(static clause => clause.Holds);

    /// <summary>The policies whose scope matches, report-only ones included, at most so many.</summary>
    public static ImmutableArray<ConsideredPolicy> Of(PolicyBundle policies, EvaluationInput input, int most)
    {
        var (request, entities) = (CedarMapping.Request(input), new EvaluationEntities(input));
        return
        [
            .. policies.For(input.Resource).All
                .Select(policy => PolicyClauses.Of(policy.Policy, entities, request) is { } clauses ? new ConsideredPolicy(policy, [.. clauses]) : null)
                .OfType<ConsideredPolicy>()
                .Take(most),
        ];
    }

    /// <summary>
    /// The permits that speak of what was asked, and of somebody else: whoever was denied is near them. Those first that would have
    /// allowed it to a principal of theirs, as the evidence was; at most so many.
    /// </summary>
    public static ImmutableArray<ConsideredPolicy> ForOthers(PolicyBundle policies, EvaluationInput input, int most)
    {
        var (request, entities) = (CedarMapping.Request(input), new EvaluationEntities(input));
        return
        [
            .. policies.For(input.Resource).All
                .Where(policy => policy is { Policy.Effect: Effect.Permit, Definition.ReportOnly: false } && PolicyClauses.Of(policy.Policy, entities, request) is null)
                .Select(policy => PolicyClauses.ForAnyPrincipal(policy.Policy, entities, request) is { } clauses ? new ConsideredPolicy(policy, [.. clauses]) : null)
                .OfType<ConsideredPolicy>()
                .OrderByDescending(static considered => considered.Applies)
                .Take(most),
        ];
    }
}
