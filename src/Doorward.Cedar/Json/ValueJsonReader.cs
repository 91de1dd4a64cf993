using System.Globalization;
using System.Text.Json;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Json;

/// <summary>Reads values inside of policies: <c>{"Value": 1}</c>, entities and extension values in their escapes, sets and records.</summary>
internal sealed class ValueJsonReader(JsonReading reading, ParserOptions options)
{
    private int _depth;

    public Expression? Read(JsonItem item)
    {
        if (_depth == options.MaxDepth) return Fail(item, $"This is nested more than {options.MaxDepth} levels deep.");
        _depth++;
        var value = ReadAny(item);
        _depth--;
        return value;
    }

    private Expression? ReadAny(JsonItem item)
    {
        switch (item.Kind)
        {
            case JsonTokenType.True: return new LiteralExpression(BooleanValue.True);
            case JsonTokenType.False: return new LiteralExpression(BooleanValue.False);
            case JsonTokenType.String: return new LiteralExpression(new StringValue(item.Text));
            case JsonTokenType.Number when long.TryParse(item.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return new LiteralExpression(new LongValue(number));
            case JsonTokenType.StartArray:
                var elements = item.Elements.Select(Read).ToList();
                return elements.TrueForAll(element => element is not null) ? new SetExpression(elements!) : null;
            case JsonTokenType.StartObject when item.Members.Count == 1 && item.TryGet("__entity", out var entity): return ReadEntity(entity);
            case JsonTokenType.StartObject when item.Members.Count == 1 && item.TryGet("__extn", out var call): return ReadCall(call);
            case JsonTokenType.StartObject when !item.Members.Exists(member => member.Name is "__entity" or "__extn" or "__expr"):
                var attributes = item.Members.Select(member => KeyValuePair.Create(member.Name, Read(member.Value))).ToList();
                return attributes.TrueForAll(attribute => attribute.Value is not null) ? new RecordExpression(attributes!) : null;
            default: return Fail(item, "This is no value of Cedar: numbers are whole and fit into 64 bits, there is no null, and __entity and __extn stand alone.");
        }
    }

    public EntityUid? ReadUid(JsonItem item)
    {
        if (item.TryGet("__entity", out var inner)) item = inner;
        if (item.Members.Count == 2 && item.TryGet("type", out var type) && item.TryGet("id", out var id) && type.IsString && id.IsString && CedarText.IsTypeName(type.Text))
            return new EntityUid(type.Text, id.Text);
        Fail(item, "An entity should stand here.", "Entities are written as {\"type\": \"User\", \"id\": \"alice\"}.");
        return null;
    }

    private LiteralExpression? ReadEntity(JsonItem item) => ReadUid(item) is { } uid ? new LiteralExpression(new EntityValue(uid)) : null;

    private Expression? ReadCall(JsonItem item)
    {
        if (!reading.ExpectObject(item, "It has the members fn and arg or args.", "fn", "arg", "args")) return null;
        if (!item.TryGet("fn", out var name) || ExtensionFunctions.Find(name.Text) is null) return Fail(item, "There is no such extension function.");
        var items = item.TryGet("arg", out var one) ? [one] : item.TryGet("args", out var several) && several.IsArray ? several.Elements : [];
        var arguments = items.Select(Read).ToList();
        return arguments.TrueForAll(argument => argument is not null) ? new ExtensionCallExpression(name.Text, arguments!) : null;
    }

    private Expression? Fail(JsonItem item, string message, string? hint = null)
    {
        reading.Fail(item, message, hint);
        return null;
    }
}
