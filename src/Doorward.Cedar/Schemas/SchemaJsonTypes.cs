using System.Text.Json;
using Doorward.Cedar.Json;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Schemas;

/// <summary>Types as the JSON syntax writes them: <c>{"type": "Set", "element": {"type": "Long"}}</c>.</summary>
internal sealed class SchemaJsonTypes(JsonReading reading, ParserOptions options)
{
    private int _depth;

    /// <summary>A type; besides what belongs to it the object may have these members.</summary>
    public TypeSyntax? Read(JsonItem item, params ReadOnlySpan<string> besides)
    {
        if (!item.IsObject || !item.TryGet("type", out var type) || !type.IsString)
        {
            reading.Fail(item, "A type should stand here.", "Types are written as {\"type\": \"Long\"}.");
            return null;
        }
        if (_depth == options.MaxDepth)
        {
            reading.Fail(item, $"This is nested more than {options.MaxDepth} levels deep.");
            return null;
        }
        _depth++;
        var syntax = ReadKind(item, type.Text, besides);
        _depth--;
        return syntax;
    }

    /// <summary>The names of entity types in an array member; none when it is not there.</summary>
    public List<NameSyntax> ReadEntityNames(JsonItem parent, string member)
    {
        var names = new List<NameSyntax>();
        foreach (var name in reading.ReadStrings(parent, member))
            if (CheckName(name)) names.Add(new NameSyntax(name.Text, NameKind.Entity, name.Span));
        return names;
    }

    private TypeSyntax? ReadKind(JsonItem item, string kind, ReadOnlySpan<string> besides) => kind switch
    {
        "Long" => Has(item, besides) ? new PrimitiveSyntax(LongType.Only, item.Span) : null,
        "String" => Has(item, besides) ? new PrimitiveSyntax(StringType.Only, item.Span) : null,
        "Boolean" => Has(item, besides) ? new PrimitiveSyntax(BooleanType.Any, item.Span) : null,
        "Set" => Has(item, besides, "element") && Member(item, "element") is { } element && Read(element) is { } type
            ? new SetSyntax(type, item.Span) : null,
        "Record" => Has(item, besides, "attributes", "additionalAttributes") ? ReadRecord(item) : null,
        "Entity" => Has(item, besides, "name") ? ReadName(item, NameKind.Entity) : null,
        "Extension" => Has(item, besides, "name") ? ReadName(item, NameKind.Extension) : null,
        "EntityOrCommon" => Has(item, besides, "name") ? ReadName(item, NameKind.Any) : null,
        _ => Has(item, besides) && item.TryGet("type", out var name) && CheckName(name) ? new NameSyntax(kind, NameKind.Common, item.Span) : null,
    };

    private RecordSyntax? ReadRecord(JsonItem item)
    {
        if (item.TryGet("additionalAttributes", out var more) && more.Kind != JsonTokenType.False)
        {
            reading.Fail(more, "Records with undeclared attributes are not supported.", "Declare all attributes.");
            return null;
        }
        if (Member(item, "attributes") is not { } members || !reading.ExpectObject(members, "Attributes are an object of types.")) return null;
        var attributes = new List<AttributeSyntax>();
        foreach (var (name, member) in members.Members)
        {
            if (Read(member, "required", "annotations") is not { } type) return null;
            var isRequired = true;
            if (member.TryGet("required", out var required))
            {
                if (required.Kind is not (JsonTokenType.True or JsonTokenType.False))
                {
                    reading.Fail(required, "`required` is true or false.");
                    return null;
                }
                isRequired = required.Kind == JsonTokenType.True;
            }
            attributes.Add(new AttributeSyntax(name, type, isRequired, reading.ReadAnnotations(member), member.Span));
        }
        return new RecordSyntax(attributes, item.Span);
    }

    private NameSyntax? ReadName(JsonItem item, NameKind kind) => Member(item, "name") is { } name && CheckName(name)
        ? new NameSyntax(name.Text, kind, item.Span)
        : null;

    private JsonItem? Member(JsonItem item, string name)
    {
        if (item.TryGet(name, out var member)) return member;
        reading.Fail(item, $"The member {name} is missing.");
        return null;
    }

    private bool CheckName(JsonItem name)
    {
        if (name.IsString && CedarText.IsPath(name.Text)) return true;
        reading.Fail(name, "The name of a type should stand here.", "Names of types are identifiers joined by `::`.");
        return false;
    }

    private bool Has(JsonItem item, ReadOnlySpan<string> besides, params ReadOnlySpan<string> own)
    {
        foreach (var (name, value) in item.Members)
        {
            if (name == "type" || own.Contains(name) || besides.Contains(name)) continue;
            reading.Fail(value, $"The member {CedarText.Quote(name)} has no meaning here.");
            return false;
        }
        return true;
    }
}
