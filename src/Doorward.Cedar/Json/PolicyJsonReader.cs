using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Json;

/// <summary>
/// Reads statements of the JSON policy format and gives their Cedar text, which the parser of that text then reads: so every policy
/// has a text, and what cannot be written as one is refused.
/// </summary>
internal sealed class PolicyJsonReader(JsonReading reading, ParserOptions options)
{
    private const string ScopeShape = "Constraints are {\"op\": \"All\"}, {\"op\": \"==\", \"entity\": {..}}, {\"op\": \"in\", ..} or {\"op\": \"is\", \"entity_type\": ..}.";

    public string? ReadText(JsonItem item)
    {
        const string Shape = "A policy has the members effect, principal, action, resource, conditions and perhaps annotations.";
        if (!reading.ExpectObject(item, Shape, "effect", "principal", "action", "resource", "conditions", "annotations")) return null;
        foreach (var name in new[] { "effect", "principal", "action", "resource", "conditions" })
        {
            if (item.TryGet(name, out _)) continue;
            reading.Fail(item, $"The member {name} is missing.", Shape);
            return null;
        }
        if (ReadEffect(item) is not { } effect || ReadConstraint(item, "principal", Slot.Principal) is not { } principal) return null;
        if (ReadAction(item) is not { } action || ReadConstraint(item, "resource", Slot.Resource) is not { } resource) return null;
        if (ReadConditions(item) is not { } conditions) return null;
        return StatementWriter.Write(effect, reading.ReadAnnotations(item), new Scope(principal, action, resource), conditions);
    }

    public EntityUid? ReadUid(JsonItem item) => new ValueJsonReader(reading, options).ReadUid(item);

    private Effect? ReadEffect(JsonItem item)
    {
        item.TryGet("effect", out var effect);
        if (effect!.Text == "permit") return Effect.Permit;
        if (effect.Text == "forbid") return Effect.Forbid;
        reading.Fail(effect, "The effect is \"permit\" or \"forbid\".");
        return null;
    }

    private EntityConstraint? ReadConstraint(JsonItem item, string name, Slot slot)
    {
        item.TryGet(name, out var scope);
        if (!reading.ExpectObject(scope!, ScopeShape, "op", "entity", "slot", "entity_type", "in") || !scope!.TryGet("op", out var operation)) return Fail(scope!);
        switch (operation.Text)
        {
            case "All": return new EntityConstraint.Any();
            case "==": return ReadReference(scope, slot) is { } entity ? new EntityConstraint.Equal(entity) : null;
            case "in": return ReadReference(scope, slot) is { } ancestor ? new EntityConstraint.In(ancestor) : null;
            case "is" when scope.TryGet("entity_type", out var type) && CedarText.IsTypeName(type.Text):
                if (!scope.TryGet("in", out var below)) return new EntityConstraint.Is(type.Text);
                return ReadReference(below, slot) is { } parent ? new EntityConstraint.IsIn(type.Text, parent) : null;
            default: return Fail(operation);
        }
    }

    private EntityReference? ReadReference(JsonItem item, Slot slot)
    {
        if (item.TryGet("entity", out var entity)) return ReadUid(entity) is { } uid ? new EntityReference.Literal(uid) : null;
        var placeholder = new EntityReference.Placeholder(slot);
        if (item.TryGet("slot", out var name) && name.Text == placeholder.ToString()) return placeholder;
        reading.Fail(item, $"An entity or the slot {placeholder} should stand here.");
        return null;
    }

    private ActionConstraint? ReadAction(JsonItem item)
    {
        item.TryGet("action", out var scope);
        if (!reading.ExpectObject(scope!, ScopeShape, "op", "entity", "entities") || !scope!.TryGet("op", out var operation)) return FailAction(scope!);
        if (operation.Text == "All") return new ActionConstraint.Any();
        if (operation.Text is not ("==" or "in")) return FailAction(operation);
        if (scope.TryGet("entity", out var entity))
        {
            if (ReadUid(entity) is not { } uid) return null;
            return operation.Text == "==" ? new ActionConstraint.Equal(uid) : new ActionConstraint.In(uid);
        }
        if (operation.Text == "==" || !scope.TryGet("entities", out var list)) return FailAction(scope);
        if (!reading.ExpectArray(list)) return null;
        var uids = list.Elements.Select(ReadUid).ToList();
        return uids.TrueForAll(uid => uid is not null) ? new ActionConstraint.InAny([.. uids.Select(uid => uid!.Value)]) : null;
    }

    private List<Condition>? ReadConditions(JsonItem item)
    {
        item.TryGet("conditions", out var list);
        var conditions = new List<Condition>();
        if (!reading.ExpectArray(list!)) return null;
        foreach (var element in list!.Elements)
        {
            if (!element.TryGet("kind", out var kind) || kind.Text is not ("when" or "unless") || !element.TryGet("body", out var body))
            {
                reading.Fail(element, "A condition is {\"kind\": \"when\", \"body\": ..} or with \"unless\".");
                return null;
            }
            if (new ExpressionJsonReader(reading, options).Read(body) is not { } expression) return null;
            conditions.Add(new Condition(kind.Text == "when" ? ConditionKind.When : ConditionKind.Unless, expression));
        }
        return conditions;
    }

    private EntityConstraint? Fail(JsonItem item)
    {
        reading.Fail(item, "This is no constraint.", ScopeShape);
        return null;
    }

    private ActionConstraint? FailAction(JsonItem item)
    {
        reading.Fail(item, "This is no constraint of actions.", ScopeShape);
        return null;
    }
}
