using System.Collections.Frozen;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Schemas;

/// <summary>Makes a schema of its declarations: gathers the names, checks them, and puts the meant types in their places.</summary>
internal sealed class SchemaBuilder(SchemaDeclarations declarations, ParserOptions options)
{
    private readonly SchemaNames _names = new();
    private readonly List<ParseError> _errors = [];

    public IReadOnlyList<ParseError> Errors => _errors;

    public Schema Build()
    {
        new SchemaNamesCollector(_names, Fail).Collect(declarations);
        var types = new SchemaTypeResolver(_names, Fail);
        types.ResolveCommonTypes();
        var entityTypes = new Dictionary<string, EntityTypeDefinition>(StringComparer.Ordinal);
        foreach (var (name, (space, declaration)) in _names.EntityTypes)
            entityTypes.Add(name, BuildEntity(name, space, declaration, types, entityTypes));
        var actions = new Dictionary<EntityUid, ActionDefinition>();
        foreach (var (uid, (space, declaration)) in _names.Actions)
            actions.Add(uid, BuildAction(uid, space, declaration, types, actions));
        if (_errors.Count == 0 && Closure.TryFindCycle(actions.Keys, uid => actions[uid].Parents, null, out _, out var onCycle))
            Fail(_names.Actions[onCycle].Declaration.Span, $"The action {onCycle} is in itself.", "Take one of its groups away.");
        return new Schema(entityTypes, actions, declarations);
    }

    private static EntityTypeDefinition BuildEntity(
        string name, NamespaceDeclaration space, EntityDeclaration declaration, SchemaTypeResolver types,
        Dictionary<string, EntityTypeDefinition> all) => new(name, type => all[type])
        {
            Attributes = types.ResolveRecord(space, declaration.Shape, $"The shape of {name}"),
            Tags = declaration.Tags is { } tags ? types.Resolve(space, tags) : null,
            Choices = declaration.Choices?.ToFrozenSet(StringComparer.Ordinal),
            Parents = types.ResolveEntityTypes(space, declaration.Parents),
        };

    private ActionDefinition BuildAction(
        EntityUid uid, NamespaceDeclaration space, ActionDeclaration declaration, SchemaTypeResolver types,
        Dictionary<EntityUid, ActionDefinition> all)
    {
        var parents = new List<EntityUid>();
        foreach (var reference in declaration.Parents)
        {
            if (_names.FindAction(space, reference) is { } parent) parents.Add(parent);
            else
            {
                var hint = Suggestion.For(reference.Id, _names.Actions.Keys.Select(action => action.Id));
                Fail(reference.Span, $"There is no action {CedarText.Quote(reference.Id)} to be in.", hint ?? "Declare the group as an action of its own.");
            }
        }
        return new ActionDefinition(uid, action => all[action])
        {
            Parents = [.. parents.Distinct()],
            PrincipalTypes = types.ResolveEntityTypes(space, declaration.AppliesTo?.Principals ?? []),
            ResourceTypes = types.ResolveEntityTypes(space, declaration.AppliesTo?.Resources ?? []),
            Context = types.ResolveRecord(space, declaration.AppliesTo?.Context, $"The context of {uid}"),
        };
    }

    private void Fail(SourceSpan span, string message, string? hint)
    {
        if (_errors.Count < options.MaxErrors) _errors.Add(new ParseError(message, declarations.Source.Locate(span), hint));
    }
}

/// <summary>Reports an error of a schema.</summary>
internal delegate void SchemaFail(SourceSpan span, string message, string? hint = null);
