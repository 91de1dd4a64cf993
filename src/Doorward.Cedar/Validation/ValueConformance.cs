using Doorward.Cedar.Lexing;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Validation;

/// <summary>Whether values are of the types that a schema declares. The first thing that is not ends the look at its value.</summary>
internal sealed class ValueConformance(Schema schema, List<ConformanceError> errors)
{
    public void Check(CedarValue value, CedarType type, string path)
    {
        switch (type, value)
        {
            case (RecordType record, RecordValue attributes): CheckRecord(attributes, record, path); break;
            case (SetType set, SetValue elements):
                foreach (var element in elements) Check(element, set.Element, $"{path}[]");
                break;
            case (EntityType entity, EntityValue { Uid: var uid }) when entity.Names.Contains(uid.Type): CheckUid(uid, path); break;
            case (BooleanType, BooleanValue) or (LongType, LongValue) or (StringType, StringValue):
            case (ExtensionType, _) when value.TypeName == ((ExtensionType)type).Name: break;
            default: errors.Add(new ConformanceError(path, $"Expected {type}, but this is a {value.TypeName}.")); break;
        }
    }

    public void CheckRecord(RecordValue record, RecordType type, string path)
    {
        foreach (var (name, value) in record)
        {
            var at = ConformanceError.Below(path, name);
            if (type.Attributes.TryGetValue(name, out var attribute)) Check(value, attribute.Type, at);
            else errors.Add(new ConformanceError(at, "The schema declares no such attribute."));
        }
        foreach (var (name, attribute) in type.Attributes)
            if (attribute.IsRequired && !record.Contains(name)) errors.Add(new ConformanceError(ConformanceError.Below(path, name), "This attribute is required, but missing."));
    }

    /// <summary>Whether the entity can exist: its type is declared, and if ids are enumerated, its id.</summary>
    public bool CheckUid(EntityUid uid, string path)
    {
        if (Schema.IsActionType(uid.Type))
        {
            if (schema.Actions.ContainsKey(uid)) return true;
            errors.Add(new ConformanceError(path, $"There is no action {uid}."));
            return false;
        }
        if (!schema.EntityTypes.TryGetValue(uid.Type, out var definition))
        {
            errors.Add(new ConformanceError(path, $"There is no entity type {uid.Type}."));
            return false;
        }
        if (definition.Choices is null || definition.Choices.Contains(uid.Id)) return true;
        errors.Add(new ConformanceError(path, $"There is no {uid.Type} with the id {CedarText.Quote(uid.Id)}."));
        return false;
    }
}
