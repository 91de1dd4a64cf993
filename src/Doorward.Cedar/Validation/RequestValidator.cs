using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Validation;

/// <summary>Whether requests and entities are such as the schema declares, on which validated policies rely.</summary>
public static class RequestValidator
{
    /// <summary>What of a request does not agree with the schema; nothing when it does.</summary>
    public static IReadOnlyList<ConformanceError> Validate(Schema schema, AuthorizationRequest request)
    {
        var errors = new List<ConformanceError>();
        var values = new ValueConformance(schema, errors);
        values.CheckUid(request.Principal, "principal");
        values.CheckUid(request.Resource, "resource");
        if (!schema.Actions.TryGetValue(request.Action, out var action))
        {
            errors.Add(new ConformanceError("action", $"There is no action {request.Action}."));
            return errors;
        }
        if (errors.Count == 0)
        {
            Demand("principal", request.Principal, action.PrincipalTypes);
            Demand("resource", request.Resource, action.ResourceTypes);
        }
        values.CheckRecord(request.Context, action.Context, "context");
        return errors;

        void Demand(string path, EntityUid uid, IReadOnlyList<string> types)
        {
            if (!types.Contains(uid.Type)) errors.Add(new ConformanceError(path, $"{action.Uid} does not apply to a {path} of type {uid.Type}."));
        }
    }

    /// <summary>What of entities does not agree with the schema; nothing when all do.</summary>
    public static IReadOnlyList<ConformanceError> Validate(Schema schema, IEnumerable<Entity> entities)
    {
        var errors = new List<ConformanceError>();
        var values = new ValueConformance(schema, errors);
        foreach (var entity in entities)
        {
            var path = entity.Uid.ToString();
            if (!values.CheckUid(entity.Uid, path)) continue;
            if (schema.EntityTypes.TryGetValue(entity.Uid.Type, out var definition)) CheckEntity(entity, definition, path, values, errors);
            else CheckAction(schema, entity, path, errors);
        }
        return errors;
    }

    private static void CheckEntity(
        Entity entity, EntityTypeDefinition definition, string path, ValueConformance values, List<ConformanceError> errors)
    {
        values.CheckRecord(entity.Attributes, definition.Attributes, path);
        foreach (var parent in entity.Parents)
        {
            if (definition.Ancestors.Contains(parent.Type)) values.CheckUid(parent, path);
            else errors.Add(new ConformanceError(path, $"A {definition.Name} cannot be below a {parent.Type}."));
        }
        foreach (var (name, value) in entity.Tags ?? RecordValue.Empty)
        {
            var at = $"{path}.getTag({Lexing.CedarText.Quote(name)})";
            if (definition.Tags is { } type) values.Check(value, type, at);
            else errors.Add(new ConformanceError(at, "Entities of this type have no tags."));
        }
    }

    // What actions are is said by the schema; entities may repeat it, no more.
    private static void CheckAction(Schema schema, Entity entity, string path, List<ConformanceError> errors)
    {
        var action = schema.Actions[entity.Uid];
        if (entity.Attributes.Count > 0 || entity.Tags is { Count: > 0 }) errors.Add(new ConformanceError(path, "Actions have no attributes and no tags."));
        if (!entity.Parents.All(action.Ancestors.Contains)) errors.Add(new ConformanceError(path, "This action is not in these groups by the schema."));
    }
}
