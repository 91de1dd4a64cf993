using System.Text.Json;

namespace Doorward.Cedar.Json;

/// <summary>Writes statements and sets in the JSON policy format.</summary>
internal sealed class PolicyJsonWriter(Utf8JsonWriter writer)
{
    private readonly ExpressionJsonWriter _expressions = new(writer);

    public void Write(PolicySet policies)
    {
        var links = policies.InOrder.Where(policy => policy.Link is { } link && policies.TryGetTemplate(link.TemplateId, out _)).ToList();
        writer.WriteStartObject();
        writer.WriteStartObject("staticPolicies");
        foreach (var policy in policies.InOrder.Except(links)) WriteNamed(policy);
        writer.WriteEndObject();
        writer.WriteStartObject("templates");
        foreach (var template in policies.Templates.OrderBy(template => template.Id, StringComparer.Ordinal)) WriteNamed(template);
        writer.WriteEndObject();
        writer.WriteStartArray("templateLinks");
        foreach (var policy in links) WriteLink(policy.Id, policy.Link!);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public void Write(PolicyStatement statement)
    {
        writer.WriteStartObject();
        writer.WriteString("effect", statement.Effect == Effect.Permit ? "permit" : "forbid");
        WriteConstraint("principal", statement.Scope.Principal);
        WriteAction(statement.Scope.Action);
        WriteConstraint("resource", statement.Scope.Resource);
        writer.WriteStartArray("conditions");
        foreach (var condition in statement.Conditions)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", condition.Kind == ConditionKind.When ? "when" : "unless");
            writer.WritePropertyName("body");
            _expressions.Write(condition.Body);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (statement.Annotations.Count > 0)
        {
            writer.WriteStartObject("annotations");
            // Null is the annotation without a value.
            foreach (var (name, value) in statement.Annotations) writer.WriteString(name, value.Length == 0 ? null : value);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private void WriteNamed(PolicyStatement statement)
    {
        writer.WritePropertyName(statement.Id);
        Write(statement);
    }

    private void WriteLink(string id, PolicyLink link)
    {
        writer.WriteStartObject();
        writer.WriteString("templateId", link.TemplateId);
        writer.WriteString("newId", id);
        writer.WriteStartObject("values");
        foreach (var (slot, uid) in link.Values.OrderBy(value => value.Key)) WriteUid(new EntityReference.Placeholder(slot).ToString(), uid);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteConstraint(string name, EntityConstraint constraint)
    {
        writer.WriteStartObject(name);
        switch (constraint)
        {
            case EntityConstraint.Equal equal: WriteOperator("==", equal.Entity); break;
            case EntityConstraint.In isBelow: WriteOperator("in", isBelow.Entity); break;
            case EntityConstraint.Is type:
                writer.WriteString("op", "is");
                writer.WriteString("entity_type", type.EntityType);
                break;
            case EntityConstraint.IsIn type:
                writer.WriteString("op", "is");
                writer.WriteString("entity_type", type.EntityType);
                writer.WriteStartObject("in");
                WriteReference(type.Entity);
                writer.WriteEndObject();
                break;
            default: writer.WriteString("op", "All"); break;
        }
        writer.WriteEndObject();
    }

    private void WriteOperator(string name, EntityReference reference)
    {
        writer.WriteString("op", name);
        WriteReference(reference);
    }

    private void WriteReference(EntityReference reference)
    {
        if (reference is EntityReference.Literal literal) WriteUid("entity", literal.Uid);
        else writer.WriteString("slot", reference.ToString());
    }

    private void WriteAction(ActionConstraint constraint)
    {
        writer.WriteStartObject("action");
        writer.WriteString("op", constraint switch { ActionConstraint.Equal => "==", ActionConstraint.Any => "All", _ => "in" });
        if (constraint is ActionConstraint.Equal equal) WriteUid("entity", equal.Action);
        if (constraint is ActionConstraint.In group) WriteUid("entity", group.Action);
        if (constraint is ActionConstraint.InAny { Actions: [var only] }) WriteUid("entity", only);
        else if (constraint is ActionConstraint.InAny groups)
        {
            writer.WriteStartArray("entities");
            foreach (var action in groups.Actions) WriteUid(null, action);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private void WriteUid(string? name, EntityUid uid)
    {
        if (name is not null) writer.WritePropertyName(name);
        writer.WriteStartObject();
        writer.WriteString("type", uid.Type);
        writer.WriteString("id", uid.Id);
        writer.WriteEndObject();
    }
}
