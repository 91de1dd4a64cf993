using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Schemas;

/// <summary>A schema as it is written, in either syntax: what both writers write and the builder makes a <see cref="Schema"/> of.</summary>
/// <param name="Namespaces">Each name once; the declarations outside of all are in the namespace of the empty name.</param>
/// <param name="Source">The text that the spans are of.</param>
internal sealed record SchemaDeclarations(IReadOnlyList<NamespaceDeclaration> Namespaces, SourceText Source);

internal sealed record NamespaceDeclaration(string Name, IReadOnlyDictionary<string, string> Annotations, SourceSpan Span)
{
    public List<TypeDeclaration> CommonTypes { get; } = [];

    public List<EntityDeclaration> Entities { get; } = [];

    public List<ActionDeclaration> Actions { get; } = [];

    /// <summary>A name of the namespace in full.</summary>
    public string Qualify(string name) => Name.Length == 0 ? name : $"{Name}::{name}";
}

internal sealed record TypeDeclaration(string Name, TypeSyntax Type, IReadOnlyDictionary<string, string> Annotations, SourceSpan Span);

/// <summary>An entity type. One with choices has nothing else.</summary>
internal sealed record EntityDeclaration(string Name, IReadOnlyDictionary<string, string> Annotations, SourceSpan Span)
{
    public IReadOnlyList<NameSyntax> Parents { get; init; } = [];

    public TypeSyntax? Shape { get; init; }

    public TypeSyntax? Tags { get; init; }

    public IReadOnlyList<string>? Choices { get; init; }
}

internal sealed record ActionDeclaration(string Name, IReadOnlyDictionary<string, string> Annotations, SourceSpan Span)
{
    public IReadOnlyList<ActionReference> Parents { get; init; } = [];

    /// <summary>Null: the action applies to nothing, as one that only groups others.</summary>
    public AppliesToDeclaration? AppliesTo { get; init; }
}

/// <summary>A group of actions; without a type it is of this namespace.</summary>
internal sealed record ActionReference(string? Type, string Id, SourceSpan Span);

internal sealed record AppliesToDeclaration(IReadOnlyList<NameSyntax> Principals, IReadOnlyList<NameSyntax> Resources, TypeSyntax? Context);

/// <summary>A type as it is written.</summary>
internal abstract record TypeSyntax(SourceSpan Span);

/// <summary>What a name may mean: JSON can say it, the human-readable syntax always leaves it open.</summary>
internal enum NameKind
{
    Any,
    Entity,
    Common,
    Extension,
}

internal sealed record NameSyntax(string Name, NameKind Kind, SourceSpan Span) : TypeSyntax(Span);

/// <summary>A primitive type that no declaration can stand in front of: JSON's <c>Long</c>, <c>String</c>, <c>Boolean</c>.</summary>
internal sealed record PrimitiveSyntax(CedarType Type, SourceSpan Span) : TypeSyntax(Span);

internal sealed record SetSyntax(TypeSyntax Element, SourceSpan Span) : TypeSyntax(Span);

internal sealed record RecordSyntax(IReadOnlyList<AttributeSyntax> Attributes, SourceSpan Span) : TypeSyntax(Span);

internal sealed record AttributeSyntax(
    string Name, TypeSyntax Type, bool IsRequired, IReadOnlyDictionary<string, string> Annotations, SourceSpan Span);
