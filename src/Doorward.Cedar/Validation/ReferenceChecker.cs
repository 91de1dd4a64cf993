using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>Entity types, actions and ids of enumerations that a policy names, wherever it does.</summary>
internal sealed class ReferenceChecker(Schema schema, Findings findings)
{
    public void Check(PolicyStatement policy)
    {
        CheckConstraint(policy.Scope.Principal, policy.Parts.Spans.Principal);
        CheckConstraint(policy.Scope.Resource, policy.Parts.Spans.Resource);
        foreach (var action in ActionsOf(policy.Scope.Action)) CheckEntity(action, policy.Parts.Spans.Action);
        var pending = new Stack<Expression>(policy.Conditions.Select(condition => condition.Body).Reverse());
        while (pending.TryPop(out var expression))
        {
            if (expression is LiteralExpression { Value: EntityValue entity }) CheckEntity(entity.Uid, expression.Span);
            else if (expression is IsExpression type) CheckType(type.EntityType, expression.Span);
            foreach (var child in expression.Children.Reverse()) pending.Push(child);
        }
    }

    public void CheckEntity(EntityUid uid, SourceSpan span)
    {
        if (Schema.IsActionType(uid.Type)) CheckAction(uid, span);
        else if (CheckType(uid.Type, span) && schema.EntityTypes[uid.Type].Choices is { } choices && !choices.Contains(uid.Id))
        {
            var hint = Suggestion.For(uid.Id, choices) ?? $"There are {string.Join(", ", choices.Order(StringComparer.Ordinal).Take(10).Select(CedarText.Quote))}.";
            findings.Fail(ValidationFindingKind.UnknownChoice, span, $"There is no {uid.Type} with the id {CedarText.Quote(uid.Id)}.", hint: hint);
        }
    }

    private bool CheckType(string type, SourceSpan span)
    {
        if (schema.IsKnownType(type)) return !Schema.IsActionType(type);
        findings.Fail(ValidationFindingKind.UnknownEntityType, span, $"There is no entity type {type}.", hint: Suggestion.For(type, schema.EntityTypes.Keys));
        return false;
    }

    private void CheckAction(EntityUid uid, SourceSpan span)
    {
        if (schema.Actions.ContainsKey(uid)) return;
        var elsewhere = schema.Actions.Keys.FirstOrDefault(action => action.Id == uid.Id);
        var hint = elsewhere.Id is not null ? $"Did you mean {elsewhere}?" : Suggestion.For(uid.Id, schema.Actions.Keys.Select(action => action.Id));
        findings.Fail(ValidationFindingKind.UnknownAction, span, $"There is no action {uid}.", hint: hint);
    }

    private void CheckConstraint(EntityConstraint constraint, SourceSpan span)
    {
        if (constraint is EntityConstraint.Is { EntityType: var type }) CheckType(type, span);
        if (constraint is EntityConstraint.IsIn { EntityType: var below }) CheckType(below, span);
        if (constraint.Reference is EntityReference.Literal literal) CheckEntity(literal.Uid, span);
    }

    private static IEnumerable<EntityUid> ActionsOf(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Equal equal => [equal.Action],
        ActionConstraint.In group => [group.Action],
        ActionConstraint.InAny groups => groups.Actions,
        _ => [],
    };
}
