using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar.Schemas;

/// <summary>The entity types and actions of an application: what policies, entities and requests are validated against.</summary>
public sealed class Schema
{
    internal Schema(
        IReadOnlyDictionary<string, EntityTypeDefinition> entityTypes, IReadOnlyDictionary<EntityUid, ActionDefinition> actions,
        SchemaDeclarations declarations)
    {
        EntityTypes = entityTypes.ToFrozenDictionary(StringComparer.Ordinal);
        Actions = actions.ToFrozenDictionary();
        ActionTypes = actions.Keys.Select(action => action.Type).ToFrozenSet(StringComparer.Ordinal);
        Declarations = declarations;
    }

    /// <summary>The entity types by their full names; those of actions are not among them.</summary>
    public IReadOnlyDictionary<string, EntityTypeDefinition> EntityTypes { get; }

    /// <summary>The actions, groups of actions included.</summary>
    public IReadOnlyDictionary<EntityUid, ActionDefinition> Actions { get; }

    /// <summary>The types of the actions: <c>Action</c>, each with its namespace.</summary>
    public IReadOnlySet<string> ActionTypes { get; }

    internal SchemaDeclarations Declarations { get; }

    /// <summary>Reads the human-readable syntax.</summary>
    public static SchemaReadResult Parse(string text, ParserOptions? options = null) => SchemaParser.ParseText(text, options ?? ParserOptions.Default);

    /// <summary>Reads the JSON syntax.</summary>
    public static SchemaReadResult ParseJson(string json, ParserOptions? options = null) => SchemaParser.ParseJson(json, options ?? ParserOptions.Default);

    /// <summary>Reads either syntax: JSON when the first character is a brace, which the other never begins with.</summary>
    public static SchemaReadResult ParseAny(string text, ParserOptions? options = null) =>
        text.AsSpan().TrimStart() is ['{', ..] ? ParseJson(text, options) : Parse(text, options);

    /// <summary>
    /// The human-readable syntax, or in a sentence why there is none: it cannot say that a name which is declared both as a common
    /// type and as an entity type means the latter, as JSON can. Reading it again gives a schema of the same meaning; comments are not kept.
    /// </summary>
    public bool TryToText([NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        problem = Ambiguity.Find(Declarations);
        text = problem is null ? SchemaTextWriter.Write(Declarations) : null;
        return problem is null;
    }

    /// <summary>The JSON syntax. Reading it again gives a schema of the same meaning.</summary>
    public string ToJson() => SchemaJsonWriter.Write(Declarations);

    /// <summary>Whether an entity of the one type may be in one of the other: they are the same, or a way of parents leads up.</summary>
    internal bool MayBeIn(string type, string ancestor)
    {
        if (type == ancestor) return true;
        return EntityTypes.TryGetValue(type, out var definition) ? definition.Ancestors.Contains(ancestor) : MayActionBeIn(type, ancestor);
    }

    /// <summary>Whether the action is the other or in it; both must be declared.</summary>
    internal bool IsActionIn(EntityUid action, EntityUid group) =>
        action == group || (Actions.TryGetValue(action, out var definition) && definition.Ancestors.Contains(group));

    internal bool IsKnownType(string type) => EntityTypes.ContainsKey(type) || IsActionType(type);

    internal static bool IsActionType(string type) => type == "Action" || type.EndsWith("::Action", StringComparison.Ordinal);

    private bool MayActionBeIn(string type, string ancestor) => ActionTypes.Contains(type) && ActionTypes.Contains(ancestor)
        && Actions.Values.Any(action => action.Uid.Type == type && action.Ancestors.Any(group => group.Type == ancestor));
}

/// <summary>A schema, or all errors found in it.</summary>
public sealed record SchemaReadResult
{
    internal SchemaReadResult(Schema? schema, IReadOnlyList<ParseError> errors) => (Schema, Errors) = (schema, errors);

    /// <summary>The schema; null when there is any error.</summary>
    public Schema? Schema { get; }

    /// <summary>The errors in the order of the text, those of meaning behind those of syntax; empty on success.</summary>
    public IReadOnlyList<ParseError> Errors { get; }

    /// <summary>Whether the text was read without an error.</summary>
    [MemberNotNullWhen(true, nameof(Schema))]
    public bool Success => Schema is not null;
}
