using System.Collections.Immutable;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>What is allowed but hardly meant.</summary>
internal sealed class PolicyWarnings(Schema schema, Findings findings)
{
    /// <summary>With no kind of request that the scope allows, or none for which the conditions can hold.</summary>
    public void WarnImpossible(PolicyStatement policy, bool hasEnvironment, ScopeEnvironments environments)
    {
        if (hasEnvironment)
        {
            findings.Warn(ValidationFindingKind.Impossible, policy.Parts.Span, "This policy can never apply: its conditions are false for every request that the schema allows.");
            return;
        }
        findings.Warn(
            ValidationFindingKind.Impossible, policy.Parts.Span, "This policy can never apply: no action applies to what its scope names.",
            WouldApplyBelow(policy.Scope, environments) ? "Did you mean `in` instead of `==`?" : null);
    }

    /// <summary>
    /// A forbid that reads optional evidence behind a guard does not apply where the evidence is missing: who sends none, gets through.
    /// That a guard alone decides may be meant; that it stands in front of what is read hardly is.
    /// </summary>
    public void WarnForbid(PolicyStatement policy, ImmutableHashSet<Capability> needed, Dictionary<Capability, SourceSpan> reads)
    {
        if (policy.Effect != Effect.Forbid) return;
        foreach (var (capability, span) in reads)
        {
            if (!needed.Contains(capability)) continue;
            var what = capability.IsTag ? $"the tag {capability.Name} of {capability.Of}" : new AttributeText(capability).ToString();
            findings.Warn(
                ValidationFindingKind.ForbidNeedsEvidence, span, $"This forbid does not apply when {what} is missing.",
                "Say what must hold instead: unless { .. has .. && .. } forbids also when it is missing.");
        }
    }

    public void WarnText(PolicyStatement policy)
    {
        if (DeceptiveText.FindDirection(policy.ToString()) is { } direction)
            findings.Warn(ValidationFindingKind.DeceptiveText, policy.Parts.Span, $"The text of this policy is deceptive. {direction}", "Write such characters as \\u{..}.");
        WarnUid((policy.Scope.Principal.Reference as EntityReference.Literal)?.Uid, policy.Parts.Spans.Principal);
        WarnUid((policy.Scope.Resource.Reference as EntityReference.Literal)?.Uid, policy.Parts.Spans.Resource);
        foreach (var action in ActionsOf(policy.Scope.Action)) WarnUid(action, policy.Parts.Spans.Action);
        var pending = new Stack<Expression>(policy.Conditions.Select(condition => condition.Body).Reverse());
        while (pending.TryPop(out var expression))
        {
            foreach (var text in TextsOf(expression)) WarnText(text, expression.Span);
            foreach (var child in expression.Children.Reverse()) pending.Push(child);
        }
    }

    private void WarnUid(EntityUid? uid, SourceSpan span)
    {
        if (uid is { } entity) WarnText(entity.Id, span);
    }

    private void WarnText(string text, SourceSpan span)
    {
        if (DeceptiveText.Find(text) is { } deception)
            findings.Warn(ValidationFindingKind.DeceptiveText, span, $"This text is deceptive. {deception}", "Make sure that it is the text that is meant.");
    }

    private static IEnumerable<string> TextsOf(Expression expression) => expression switch
    {
        LiteralExpression { Value: StringValue text } => [text.Value],
        LiteralExpression { Value: EntityValue entity } => [entity.Uid.Id],
        LikeExpression like => like.Pattern.Pieces,
        AttributeExpression attribute => [attribute.Name],
        HasExpression has => has.Path,
        RecordExpression record => record.Attributes.Select(attribute => attribute.Key),
        _ => [],
    };

    private static IEnumerable<EntityUid> ActionsOf(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Equal equal => [equal.Action],
        ActionConstraint.In group => [group.Action],
        ActionConstraint.InAny groups => groups.Actions,
        _ => [],
    };

    private bool WouldApplyBelow(Scope scope, ScopeEnvironments environments)
    {
        var widened = new Scope(Below(scope.Principal), scope.Action, Below(scope.Resource));
        return schema.Actions.Count > 0 && !widened.Equals(scope) && environments.Of(widened).Any();
    }

    private static EntityConstraint Below(EntityConstraint constraint) =>
        constraint is EntityConstraint.Equal { Entity: EntityReference.Literal } equal ? new EntityConstraint.In(equal.Entity) : constraint;

    private sealed record AttributeText(Capability Capability)
    {
        public override string ToString() => Lexing.CedarText.IsIdentifier(Capability.Name)
            ? $"`{Capability.Of}.{Capability.Name}`"
            : $"`{Capability.Of}[{Lexing.CedarText.Quote(Capability.Name)}]`";
    }
}
