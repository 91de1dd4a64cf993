using Doorward.Cedar.Residuals;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Analysis;

/// <summary>
/// Finds policies that change no decision, as far as types, scopes and plain contradictions prove it. What is said holds for requests
/// and entities that agree with the schema, its actions and their groups among the entities (as
/// <see cref="CedarJson.ReadEntities(ReadOnlySpan{byte}, Schema, int)"/> puts them there), with and without
/// <see cref="AuthorizerOptions.DenyOnError"/>. That nothing is found says nothing.
/// </summary>
public sealed class PolicyAnalyzer(Schema schema)
{
    private readonly ScopeEnvironments _environments = new(schema);
    private readonly PartialEntityStore _entities = PartialEntityStore.Nothing(schema);

    /// <summary>Looks at all policies of a set, in its order.</summary>
    public IReadOnlyList<AnalysisFinding> Analyze(PolicySet policies)
    {
        var findings = new List<AnalysisFinding>();
        var forbids = policies.Where(policy => policy.Effect == Effect.Forbid).ToList();
        foreach (var policy in policies)
        {
            var kinds = _environments.Of(policy.Scope).Select(environment => Look(policy, environment)).ToList();
            var finding = FindImpossible(policy, kinds) ?? (policy.Effect == Effect.Permit ? FindOverruled(policy, kinds, forbids) : null);
            if (finding is not null) findings.Add(finding);
        }
        return findings;
    }

    // What is left of a policy for one kind of request, and why it cannot be satisfied, if so.
    private sealed record Kind(PartialRequest Request, PolicyResidual Residual, Demands Demands, (string Reason, SourceSpan Span)? Impossible);

    private Kind Look(Policy policy, RequestEnvironment environment)
    {
        var request = new PartialRequest(
            Principal(policy.Scope.Principal, environment.Principal), environment.Action.Uid, Principal(policy.Scope.Resource, environment.Resource), PartialRecord.Nothing);
        var residual = PartialAuthorizer.Evaluate(schema, policy, _entities, request);
        var demands = new Demands(
        [
            .. DemandOf(Variable.Principal, policy.Scope.Principal, policy.Parts.Spans.Principal), .. DemandOf(Variable.Resource, policy.Scope.Resource, policy.Parts.Spans.Resource),
            .. Demand.Of(residual.Rest?.Conditions ?? []), .. Demand.Of(policy.Conditions),
        ]);
        return new Kind(request, residual, demands, FindReason(policy, residual, demands, request));
    }

    private static PartialUid Principal(EntityConstraint constraint, EntityType type) =>
        constraint is EntityConstraint.Equal { Entity: EntityReference.Literal { Uid: var uid } } ? uid : PartialUid.OfType(type.Names[0]);

    private static IEnumerable<Demand> DemandOf(Variable variable, EntityConstraint constraint, SourceSpan span)
    {
        if (constraint is not (EntityConstraint.In or EntityConstraint.IsIn) || constraint.Reference is not EntityReference.Literal { Uid: var uid }) yield break;
        var isIn = new BinaryExpression(BinaryOperator.In, new VariableExpression(variable), new LiteralExpression(new EntityValue(uid))) { Span = span };
        yield return new Demand(isIn.ToString(), Expected: true, isIn);
    }

    private (string Reason, SourceSpan Span)? FindReason(Policy policy, PolicyResidual residual, Demands demands, PartialRequest request)
    {
        // A forbid that may fail denies where an error denies.
        if (policy.Effect == Effect.Forbid && residual.MayFail) return null;
        if (!residual.MayBeSatisfied)
        {
            foreach (var demand in Demand.Of(policy.Conditions))
            {
                var alone = new Condition(demand.Expected ? ConditionKind.When : ConditionKind.Unless, demand.Expression);
                if (!PartialAuthorizer.Evaluate(schema, policy.Reduce(ResidualScope.Everything, [alone]), _entities, request).MayBeSatisfied)
                    return ($"{demand} is never so for the requests that its scope allows", demand.Expression.Span);
            }
            return ("its conditions never hold for the requests that its scope allows", policy.Parts.Span);
        }
        return demands.Contradiction is var (first, second) ? ($"it demands {first} and {second}, which are never so together", second.Expression.Span) : null;
    }

    private static AnalysisFinding? FindImpossible(Policy policy, List<Kind> kinds)
    {
        if (kinds.Count == 0) return Never("no action applies to what its scope names", policy.Parts.Span);
        if (!kinds.TrueForAll(kind => kind.Impossible is not null)) return null;
        var (reason, span) = kinds[0].Impossible!.Value;
        return kinds.TrueForAll(kind => kind.Impossible!.Value.Reason == reason) ? Never(reason, span)
            : Never("for each kind of request that its scope allows, its conditions never hold", policy.Parts.Span);

        AnalysisFinding Never(string because, SourceSpan at) =>
            new(policy.Id, AnalysisKind.NeverApplies, $"This {Word(policy)} can never apply: {because}.", policy.Locate(at));
    }

    private AnalysisFinding? FindOverruled(Policy policy, List<Kind> kinds, List<Policy> forbids)
    {
        var others = new List<string>();
        foreach (var kind in kinds)
        {
            if (kind.Impossible is not null) continue;
            if (forbids.Find(forbid => Overrules(forbid, policy, kind)) is not { } other) return null;
            if (!others.Contains(other.Id)) others.Add(other.Id);
        }
        var message = others.Count == 1
            ? $"This permit never allows anything: whenever it is satisfied, the forbid {others[0]} is too."
            : $"This permit never allows anything: whenever it is satisfied, one of the forbids {string.Join(", ", others)} is too.";
        return new AnalysisFinding(policy.Id, AnalysisKind.AlwaysOverruled, message, policy.Location) { Others = others };
    }

    // What of the forbid this kind of request does not settle, the permit demands too.
    private bool Overrules(Policy forbid, Policy permit, Kind kind)
    {
        if (PartialAuthorizer.Evaluate(schema, forbid, _entities, kind.Request).Rest is not { } rest) return false;
        return rest.Scope.Action is ActionConstraint.Any
            && IsWithin(permit.Scope.Principal, rest.Scope.Principal) && IsWithin(permit.Scope.Resource, rest.Scope.Resource)
            && Demand.Of(rest.Conditions).TrueForAll(kind.Demands.Imply);
    }

    private static bool IsWithin(EntityConstraint inner, EntityConstraint outer) => outer switch
    {
        EntityConstraint.Any => true,
        EntityConstraint.In above => inner is EntityConstraint.In or EntityConstraint.IsIn && inner.Reference!.Equals(above.Entity),
        _ => false,
    };

    private static string Word(Policy policy) => policy.Effect == Effect.Permit ? "permit" : "forbid";
}
