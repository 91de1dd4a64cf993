using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Schemas;

/// <summary>Gathers the declared names and checks them: each once, none reserved, and none in a namespace that hides one outside of all.</summary>
internal sealed class SchemaNamesCollector(SchemaNames names, SchemaFail fail)
{
    private static readonly HashSet<string> ReservedForTypes =
        new(["Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String"], StringComparer.Ordinal);

    public void Collect(SchemaDeclarations declarations)
    {
        foreach (var space in declarations.Namespaces)
        {
            foreach (var declaration in space.CommonTypes) AddCommonType(space, declaration);
            foreach (var declaration in space.Entities) AddEntityType(space, declaration);
            foreach (var declaration in space.Actions) AddAction(space, declaration);
        }
        foreach (var (name, (_, declaration)) in names.CommonTypes) CheckShadow(name, declaration.Span);
        foreach (var (name, (_, declaration)) in names.EntityTypes) CheckShadow(name, declaration.Span);
        foreach (var (uid, (space, declaration)) in names.Actions)
        {
            if (space.Name.Length > 0 && names.Actions.ContainsKey(new EntityUid("Action", uid.Id)))
                fail(declaration.Span, $"The action {uid} hides Action::{Lexing.CedarText.Quote(uid.Id)}, which is declared outside of all namespaces.", "Rename one of them.");
        }
    }

    private void AddCommonType(NamespaceDeclaration space, TypeDeclaration declaration)
    {
        if (ReservedForTypes.Contains(declaration.Name)) fail(declaration.Span, $"`{declaration.Name}` is reserved.", "Choose another name for this type.");
        else if (CheckName(declaration.Name, declaration.Span) && !names.CommonTypes.TryAdd(space.Qualify(declaration.Name), (space, declaration)))
            fail(declaration.Span, $"The type {space.Qualify(declaration.Name)} is declared twice.");
    }

    private void AddEntityType(NamespaceDeclaration space, EntityDeclaration declaration)
    {
        if (declaration.Name == "Action") fail(declaration.Span, "The entity type Action is always there.", "Declare actions with `action`.");
        else if (CheckName(declaration.Name, declaration.Span) && !names.EntityTypes.TryAdd(space.Qualify(declaration.Name), (space, declaration)))
            fail(declaration.Span, $"The entity type {space.Qualify(declaration.Name)} is declared twice.");
    }

    private void AddAction(NamespaceDeclaration space, ActionDeclaration declaration)
    {
        var type = space.Qualify("Action");
        names.AddActionType(type);
        if (!names.Actions.TryAdd(new EntityUid(type, declaration.Name), (space, declaration)))
            fail(declaration.Span, $"The action {new EntityUid(type, declaration.Name)} is declared twice.");
    }

    private bool CheckName(string name, SourceSpan span)
    {
        if (name != "__cedar") return true;
        fail(span, "Names with `__cedar` are reserved for the language.");
        return false;
    }

    // RFC 70: a name in a namespace must not mean something else than it would mean outside of it.
    private void CheckShadow(string name, SourceSpan span)
    {
        var last = name.LastIndexOf("::", StringComparison.Ordinal);
        if (last < 0) return;
        var plain = name[(last + 2)..];
        if (names.CommonTypes.ContainsKey(plain) || names.EntityTypes.ContainsKey(plain))
            fail(span, $"The type {name} hides {plain}, which is declared outside of all namespaces.", "Rename one of them, or move the outer one into a namespace.");
    }
}
