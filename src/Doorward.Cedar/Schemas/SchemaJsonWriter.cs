using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Doorward.Cedar.Schemas;

/// <summary>Writes the JSON syntax.</summary>
internal sealed class SchemaJsonWriter(Utf8JsonWriter writer)
{
    public static string Write(SchemaDeclarations declarations)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // No browser reads this, and escaped apostrophes and angle brackets would be hard to read.
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            var schema = new SchemaJsonWriter(writer);
            writer.WriteStartObject();
            foreach (var space in declarations.Namespaces) schema.Write(space);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void Write(NamespaceDeclaration space)
    {
        writer.WriteStartObject(space.Name);
        WriteAnnotations(space.Annotations);
        if (space.CommonTypes.Count > 0)
        {
            writer.WriteStartObject("commonTypes");
            foreach (var type in space.CommonTypes)
            {
                writer.WriteStartObject(type.Name);
                WriteType(type.Type);
                WriteAnnotations(type.Annotations);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        writer.WriteStartObject("entityTypes");
        foreach (var entity in space.Entities) Write(entity);
        writer.WriteEndObject();
        writer.WriteStartObject("actions");
        foreach (var action in space.Actions) Write(action);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void Write(EntityDeclaration entity)
    {
        writer.WriteStartObject(entity.Name);
        WriteAnnotations(entity.Annotations);
        if (entity.Choices is { } choices)
        {
            writer.WriteStartArray("enum");
            foreach (var choice in choices) writer.WriteStringValue(choice);
            writer.WriteEndArray();
        }
        if (entity.Parents.Count > 0) WriteNames("memberOfTypes", entity.Parents);
        WriteType("shape", entity.Shape);
        WriteType("tags", entity.Tags);
        writer.WriteEndObject();
    }

    private void Write(ActionDeclaration action)
    {
        writer.WriteStartObject(action.Name);
        WriteAnnotations(action.Annotations);
        if (action.Parents.Count > 0)
        {
            writer.WriteStartArray("memberOf");
            foreach (var parent in action.Parents)
            {
                writer.WriteStartObject();
                if (parent.Type is not null) writer.WriteString("type", parent.Type);
                writer.WriteString("id", parent.Id);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        if (action.AppliesTo is { } appliesTo)
        {
            writer.WriteStartObject("appliesTo");
            WriteNames("principalTypes", appliesTo.Principals);
            WriteNames("resourceTypes", appliesTo.Resources);
            WriteType("context", appliesTo.Context);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private void WriteType(string member, TypeSyntax? type)
    {
        if (type is null) return;
        writer.WriteStartObject(member);
        WriteType(type);
        writer.WriteEndObject();
    }

    // The members of a type, inside of an object that may have others.
    private void WriteType(TypeSyntax type)
    {
        switch (type)
        {
            case PrimitiveSyntax primitive: writer.WriteString("type", primitive.Type is BooleanType ? "Boolean" : primitive.Type.ToString()); break;
            case SetSyntax set:
                writer.WriteString("type", "Set");
                WriteType("element", set.Element);
                break;
            case RecordSyntax record: WriteRecord(record); break;
            case NameSyntax { Kind: NameKind.Common } name: writer.WriteString("type", name.Name); break;
            case NameSyntax name:
                writer.WriteString("type", name.Kind switch { NameKind.Entity => "Entity", NameKind.Extension => "Extension", _ => "EntityOrCommon" });
                writer.WriteString("name", name.Name);
                break;
            default: throw new InvalidOperationException($"There is no JSON for {type.GetType().Name}.");
        }
    }

    private void WriteRecord(RecordSyntax record)
    {
        writer.WriteString("type", "Record");
        writer.WriteStartObject("attributes");
        foreach (var attribute in record.Attributes)
        {
            writer.WriteStartObject(attribute.Name);
            WriteType(attribute.Type);
            if (!attribute.IsRequired) writer.WriteBoolean("required", false);
            WriteAnnotations(attribute.Annotations);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private void WriteNames(string member, IReadOnlyList<NameSyntax> names)
    {
        writer.WriteStartArray(member);
        foreach (var name in names) writer.WriteStringValue(name.Name);
        writer.WriteEndArray();
    }

    private void WriteAnnotations(IReadOnlyDictionary<string, string> annotations)
    {
        if (annotations.Count == 0) return;
        writer.WriteStartObject("annotations");
        foreach (var (name, value) in annotations) writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
