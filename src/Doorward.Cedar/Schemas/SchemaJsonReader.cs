using System.Text.Json;
using Doorward.Cedar.Json;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Schemas;

/// <summary>
/// Reads the JSON syntax: <c>{"Namespace": {"commonTypes": {..}, "entityTypes": {..}, "actions": {..}}}</c>. Members that the format
/// does not know are errors, because a schema that says less than its author thinks lets policies pass.
/// </summary>
internal sealed class SchemaJsonReader(SourceText source, ParserOptions options)
{
    private readonly JsonReading _reading = new(source);

    public IReadOnlyList<ParseError> Errors => _reading.Errors;

    public List<NamespaceDeclaration> ReadAll()
    {
        if (JsonItemReader.Read(source, options, out var error) is not { } root)
        {
            if (error is not null) _reading.Add(error);
            return [];
        }
        var all = new List<NamespaceDeclaration>();
        if (!_reading.ExpectObject(root, "A schema is an object of namespaces.")) return all;
        foreach (var (name, item) in root.Members)
        {
            if (name.Length > 0 && !CedarText.IsTypeName(name))
                _reading.Fail(item, $"{CedarText.Quote(name)} is no namespace.", "Namespaces are identifiers joined by `::`, or the empty text.");
            else if (_reading.ExpectObject(item, "A namespace is an object.", "commonTypes", "entityTypes", "actions", "annotations"))
                all.Add(ReadNamespace(name, item));
        }
        return all;
    }

    private NamespaceDeclaration ReadNamespace(string name, JsonItem item)
    {
        var space = new NamespaceDeclaration(name, ReadAnnotations(item), item.Span);
        if (name.Length == 0 && space.Annotations.Count > 0)
            _reading.Fail(item, "What is outside of all namespaces has no annotations.", "Annotate the declarations, or put them into a namespace.");
        foreach (var section in new[] { "entityTypes", "actions" })
            if (!item.TryGet(section, out _)) _reading.Fail(item, $"The member {section} is missing.", "Write {} when there are none.");
        foreach (var (id, type) in Section(item, "commonTypes", isIdentifier: true))
            if (Types.Read(type, "annotations") is { } syntax)
                space.CommonTypes.Add(new TypeDeclaration(id, syntax, ReadAnnotations(type), type.Span));
        foreach (var (id, entity) in Section(item, "entityTypes", isIdentifier: true))
            if (ReadEntity(id, entity) is { } declaration) space.Entities.Add(declaration);
        foreach (var (id, action) in Section(item, "actions", isIdentifier: false))
            if (ReadAction(id, action) is { } declaration) space.Actions.Add(declaration);
        return space;
    }

    private SchemaJsonTypes Types => field ??= new SchemaJsonTypes(_reading, options);

    private IEnumerable<(string Name, JsonItem Value)> Section(JsonItem space, string name, bool isIdentifier)
    {
        if (!space.TryGet(name, out var section) || !_reading.ExpectObject(section, $"{name} is an object.")) yield break;
        foreach (var member in section.Members)
        {
            if (!isIdentifier || CedarText.IsIdentifier(member.Name)) yield return member;
            else _reading.Fail(member.Value, $"{CedarText.Quote(member.Name)} cannot be the name of a type.", "Names of types are identifiers.");
        }
    }

    private IReadOnlyDictionary<string, string> ReadAnnotations(JsonItem item) => _reading.ReadAnnotations(item);

    private EntityDeclaration? ReadEntity(string name, JsonItem item)
    {
        const string Shape = "An entity type is {\"memberOfTypes\": [..], \"shape\": {..}, \"tags\": {..}}, or {\"enum\": [..]}.";
        var isEnumeration = item.IsObject && item.TryGet("enum", out _);
        if (!(isEnumeration
            ? _reading.ExpectObject(item, Shape, "enum", "annotations")
            : _reading.ExpectObject(item, Shape, "memberOfTypes", "shape", "tags", "annotations"))) return null;
        var declaration = new EntityDeclaration(name, ReadAnnotations(item), item.Span);
        if (isEnumeration)
        {
            var choices = _reading.ReadStrings(item, "enum").Select(choice => choice.Text).ToList();
            if (choices.Count == 0) _reading.Fail(item, "An enumeration has at least one id.");
            return declaration with { Choices = choices };
        }
        return declaration with
        {
            Parents = Types.ReadEntityNames(item, "memberOfTypes"),
            Shape = item.TryGet("shape", out var shape) ? Types.Read(shape) : null,
            Tags = item.TryGet("tags", out var tags) ? Types.Read(tags) : null,
        };
    }

    private ActionDeclaration? ReadAction(string name, JsonItem item)
    {
        const string Shape = "An action is {\"memberOf\": [..], \"appliesTo\": {\"principalTypes\": [..], \"resourceTypes\": [..], \"context\": {..}}}.";
        if (!_reading.ExpectObject(item, Shape, "memberOf", "appliesTo", "annotations", "attributes")) return null;
        if (item.TryGet("attributes", out var attributes) && attributes.Kind != JsonTokenType.Null)
            _reading.Fail(attributes, "Actions have no attributes.");
        var declaration = new ActionDeclaration(name, ReadAnnotations(item), item.Span) { Parents = [.. ReadParents(item)] };
        if (!item.TryGet("appliesTo", out var appliesTo) || appliesTo.Kind == JsonTokenType.Null) return declaration;
        if (!_reading.ExpectObject(appliesTo, Shape, "principalTypes", "resourceTypes", "context")) return null;
        foreach (var member in new[] { "principalTypes", "resourceTypes" })
            if (!appliesTo.TryGet(member, out _)) _reading.Fail(appliesTo, $"The member {member} is missing.", Shape);
        return declaration with
        {
            AppliesTo = new AppliesToDeclaration(
                Types.ReadEntityNames(appliesTo, "principalTypes"), Types.ReadEntityNames(appliesTo, "resourceTypes"),
                appliesTo.TryGet("context", out var context) ? Types.Read(context) : null),
        };
    }

    private IEnumerable<ActionReference> ReadParents(JsonItem item)
    {
        if (!item.TryGet("memberOf", out var list) || list.Kind == JsonTokenType.Null) yield break;
        if (!list.IsArray) _reading.Fail(list, "memberOf is an array.");
        foreach (var parent in list.Elements)
        {
            const string Shape = "A group of actions is {\"id\": \"read\"}, and of another namespace {\"type\": \"Name::Action\", \"id\": \"read\"}.";
            if (!_reading.ExpectObject(parent, Shape, "id", "type") || !parent.TryGet("id", out var id) || !id.IsString)
            {
                _reading.Fail(parent, Shape);
                continue;
            }
            yield return new ActionReference(parent.TryGet("type", out var type) && type.IsString ? type.Text : null, id.Text, parent.Span);
        }
    }
}
