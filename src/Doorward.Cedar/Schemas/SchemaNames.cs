using Doorward.Cedar.Parsing;

namespace Doorward.Cedar.Schemas;

/// <summary>
/// What names mean: first within the namespace, then outside of all; a common type before an entity type, and both before the types
/// of the language, which are always there as <c>__cedar::Long</c> and so on.
/// </summary>
internal sealed class SchemaNames
{
    private const string Reserved = "__cedar::";

    private static readonly Dictionary<string, CedarType> Language = new(StringComparer.Ordinal)
    {
        ["Bool"] = BooleanType.Any,
        ["Long"] = LongType.Only,
        ["String"] = StringType.Only,
        ["decimal"] = new ExtensionType("decimal"),
        ["ipaddr"] = new ExtensionType("ipaddr"),
        ["datetime"] = new ExtensionType("datetime"),
        ["duration"] = new ExtensionType("duration"),
    };

    private readonly HashSet<string> _actionTypes = new(StringComparer.Ordinal);

    public Dictionary<string, (NamespaceDeclaration Space, TypeDeclaration Declaration)> CommonTypes { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, (NamespaceDeclaration Space, EntityDeclaration Declaration)> EntityTypes { get; } = new(StringComparer.Ordinal);

    public Dictionary<EntityUid, (NamespaceDeclaration Space, ActionDeclaration Declaration)> Actions { get; } = [];

    /// <summary>The common types once they are resolved.</summary>
    public Dictionary<string, CedarType> Resolved { get; } = new(StringComparer.Ordinal);

    /// <summary>The full name of the common type that a name means, if it means one of the schema's.</summary>
    public string? FindCommon(NamespaceDeclaration space, NameSyntax name)
    {
        if (name.Kind is NameKind.Entity or NameKind.Extension) return null;
        foreach (var candidate in Candidates(space, name.Name))
        {
            if (CommonTypes.ContainsKey(candidate)) return candidate;
            if (name.Kind == NameKind.Any && IsEntityType(candidate)) return null;
        }
        return null;
    }

    /// <summary>The full name of the entity type that a name means, or null.</summary>
    public string? FindEntity(NamespaceDeclaration space, string name) => Candidates(space, name).FirstOrDefault(IsEntityType);

    /// <summary>The type that a name means, or null.</summary>
    public CedarType? Find(NamespaceDeclaration space, NameSyntax name)
    {
        if (FindCommon(space, name) is { } common) return Resolved[common];
        if (name.Kind is NameKind.Any or NameKind.Entity && FindEntity(space, name.Name) is { } entity) return new EntityType(entity);
        if (name.Kind == NameKind.Entity) return null;
        var plain = name.Name.StartsWith(Reserved, StringComparison.Ordinal) ? name.Name[Reserved.Length..] : name.Name;
        if (!Language.TryGetValue(plain, out var type)) return null;
        return name.Kind == NameKind.Extension && type is not ExtensionType ? null : type;
    }

    public EntityUid? FindAction(NamespaceDeclaration space, ActionReference reference)
    {
        foreach (var type in Candidates(space, reference.Type ?? "Action"))
            if (Actions.ContainsKey(new EntityUid(type, reference.Id))) return new EntityUid(type, reference.Id);
        return null;
    }

    public string? SuggestType(NameSyntax name) => Suggestion.For(name.Name, name.Kind == NameKind.Entity
        ? EntityTypes.Keys
        : [.. EntityTypes.Keys, .. CommonTypes.Keys, .. Language.Keys]);

    private static IEnumerable<string> Candidates(NamespaceDeclaration space, string name) =>
        space.Name.Length == 0 || name.Contains("::", StringComparison.Ordinal) ? [name] : [space.Qualify(name), name];

    // Actions are entities of a type that no schema declares.
    private bool IsEntityType(string name) => EntityTypes.ContainsKey(name) || _actionTypes.Contains(name);

    public void AddActionType(string type) => _actionTypes.Add(type);
}
