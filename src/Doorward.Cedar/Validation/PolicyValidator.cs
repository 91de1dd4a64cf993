using System.Collections.Immutable;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Validation;

/// <summary>Validates policies, templates and links against a schema.</summary>
public sealed class PolicyValidator
{
    /// <summary>
    /// How many expressions one call looks at, counting one again for every kind of request (action, type of principal, type of
    /// resource) that the scope of its policy leaves: some seconds' worth. Policies beyond it are errors.
    /// </summary>
    public const long MaxSteps = 20_000_000;

    private readonly Schema _schema;
    private readonly bool _isStrict;
    private readonly ScopeEnvironments _environments;

    /// <summary>A validator for any number of policies.</summary>
    public PolicyValidator(Schema schema, ValidationMode mode = ValidationMode.Strict)
    {
        (_schema, _isStrict) = (schema, mode == ValidationMode.Strict);
        _environments = new ScopeEnvironments(schema);
    }

    /// <summary>Validates a whole set.</summary>
    public ValidationResult Validate(PolicySet policies)
    {
        var errors = new List<ValidationFinding>();
        var warnings = new List<ValidationFinding>();
        var budget = new ValidationBudget(MaxSteps);
        foreach (var statement in policies.InOrder.Concat<PolicyStatement>(policies.Templates.OrderBy(template => template.Id, StringComparer.Ordinal)))
        {
            var findings = Look(statement, budget);
            errors.AddRange(findings.Errors);
            warnings.AddRange(findings.Warnings);
        }
        return new ValidationResult(errors, warnings);
    }

    /// <summary>Validates one policy or template.</summary>
    public ValidationResult Validate(PolicyStatement policy)
    {
        var findings = Look(policy, new ValidationBudget(MaxSteps));
        return new ValidationResult(findings.Errors, findings.Warnings);
    }

    private Findings Look(PolicyStatement policy, ValidationBudget budget)
    {
        var findings = new Findings(policy);
        var warnings = new PolicyWarnings(_schema, findings);
        new ReferenceChecker(_schema, findings).Check(policy);
        if (_isStrict) RefuseNoActions(policy, findings);
        var context = new CheckContext(_schema, _isStrict, findings);
        var (hasEnvironment, isPossible) = (false, false);
        ImmutableHashSet<Capability>? needed = null;
        var size = ValidationBudget.SizeOf(policy);
        foreach (var environment in _environments.Of(policy.Scope))
        {
            hasEnvironment = true;
            if (!budget.TryTake(size))
            {
                findings.Environment = null;
                findings.Fail(
                    ValidationFindingKind.TooManyRequests, policy.Parts.Spans.Action, "The schema allows too many kinds of requests to look at this policy for all of them.",
                    hint: "Name an action, and the types of principal and resource, in the scope.");
                break;
            }
            findings.Environment = environment;
            var answer = CheckConditions(policy, new TypeChecker(context, environment));
            if (answer.Known == false) continue;
            isPossible = true;
            needed = needed?.Union(answer.Gained) ?? answer.Gained;
        }
        findings.Environment = null;
        if (findings.Errors.Count == 0)
        {
            if (!isPossible) warnings.WarnImpossible(policy, hasEnvironment, _environments);
            if (needed is not null) warnings.WarnForbid(policy, needed, context.Reads);
        }
        warnings.WarnText(policy);
        return findings;
    }

    // `action in []` is an empty set like any other; it is reached when the principal can match for any action.
    private void RefuseNoActions(PolicyStatement policy, Findings findings)
    {
        if (policy.Scope.Action is not ActionConstraint.InAny { Actions.Count: 0 } || !_environments.Of(policy.Scope with { Action = new ActionConstraint.Any(), Resource = new EntityConstraint.Any() }).Any()) return;
        findings.Fail(ValidationFindingKind.Strictness, policy.Parts.Spans.Action, "The type of an empty set is not known.", hint: "Name at least one action, or delete the policy: it never applies.");
    }

    // The clauses are one conjunction, as in the reference: each may rely on those in front of it.
    private static Answer CheckConditions(PolicyStatement policy, TypeChecker checker)
    {
        var result = new Answer(BooleanType.True, Capability.None);
        foreach (var condition in policy.Conditions)
        {
            var answer = checker.ExpectBoolean(condition.Body, result.Gained);
            if (condition.Kind == ConditionKind.Unless) answer = TypeChecker.Negate(answer);
            if (answer.Known == false) return BooleanType.False;
            result = new Answer(answer.Known == true ? result.Type : BooleanType.Any, result.Gained.Union(answer.Gained));
        }
        return result;
    }
}
