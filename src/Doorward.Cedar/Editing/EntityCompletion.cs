using Doorward.Cedar.Lexing;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Editing;

/// <summary>Entity types of the schema, and the ids that it knows.</summary>
internal sealed class EntityCompletion(Schema schema)
{
    public IEnumerable<Completion> TypeNames() =>
        schema.EntityTypes.Keys.Order(StringComparer.Ordinal).Select(name => new Completion(name, CompletionKind.EntityType));

    /// <summary>As a literal begins: the id comes behind the colons.</summary>
    public IEnumerable<Completion> TypePrefixes() => TypeNames().Concat(schema.ActionTypes.Order(StringComparer.Ordinal).Select(name => new Completion(name, CompletionKind.EntityType)))
        .Select(type => type with { Text = type.Text + "::" });

    public IEnumerable<Completion> Actions(bool withGroups) => schema.Actions.Values
        .Where(action => withGroups || action.PrincipalTypes.Count > 0)
        .Select(action => action.Uid.ToString()).Order(StringComparer.Ordinal)
        .Select(action => new Completion(action, CompletionKind.Entity));

    /// <summary>With the double colon at the index: the ids of the type in front of it, or what the namespace holds.</summary>
    public IEnumerable<Completion> Behind(CursorText cursor, int colons)
    {
        var start = colons;
        while (cursor.Kind(start) == TokenKind.DoubleColon && cursor.Kind(start - 1) == TokenKind.Identifier) start -= 2;
        var type = string.Join("::", Enumerable.Range(0, (colons - start) / 2).Select(i => cursor.Text(start + 1 + (2 * i)).ToString()));
        if (schema.ActionTypes.Contains(type))
            return schema.Actions.Keys.Where(action => action.Type == type).Select(action => Id(action.Id)).OrderBy(item => item.Text, StringComparer.Ordinal);
        if (schema.EntityTypes.TryGetValue(type, out var definition))
            return definition.Choices?.Order(StringComparer.Ordinal).Select(Id) ?? [];
        var prefix = type + "::";
        return TypeNames().Concat(schema.ActionTypes.Select(name => new Completion(name, CompletionKind.EntityType)))
            .Where(name => name.Text.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name with { Text = name.Text[prefix.Length..] });
    }

    private static Completion Id(string id) => new(CedarText.Quote(id), CompletionKind.Entity);
}
