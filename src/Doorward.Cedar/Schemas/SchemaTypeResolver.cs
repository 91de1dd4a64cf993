namespace Doorward.Cedar.Schemas;

/// <summary>Puts types in the place of their names. Common types are shared, not copied, and what they grow to is bounded.</summary>
internal sealed class SchemaTypeResolver(SchemaNames names, SchemaFail fail)
{
    // Types are walked by recursion, and a type that doubles at every step would take for ever to walk.
    private const int MaxHeight = 200;
    private const long MaxSize = 100_000;

    /// <summary>Resolves the common types, each behind those that it is made of.</summary>
    public void ResolveCommonTypes()
    {
        if (Closure.TryFindCycle(names.CommonTypes.Keys, UsedBy, StringComparer.Ordinal, out var order, out var onCycle))
        {
            fail(names.CommonTypes[onCycle!].Declaration.Span, $"The type {onCycle} is made of itself.", "Refer to an entity type instead, which may refer back.");
            foreach (var name in names.CommonTypes.Keys) names.Resolved[name] = LongType.Only;
            return;
        }
        foreach (var name in order)
        {
            var (space, declaration) = names.CommonTypes[name];
            names.Resolved[name] = Resolve(space, declaration.Type);
        }
    }

    public CedarType Resolve(NamespaceDeclaration space, TypeSyntax syntax)
    {
        var type = Make(space, syntax);
        if (type.Height <= MaxHeight && type.Size <= MaxSize) return type;
        fail(syntax.Span, "This type grows too large when its names are replaced by what they mean.", "Use entities to refer to large things.");
        return LongType.Only;
    }

    public RecordType ResolveRecord(NamespaceDeclaration space, TypeSyntax? syntax, string what)
    {
        if (syntax is null) return RecordType.Empty;
        if (Resolve(space, syntax) is RecordType record) return record;
        fail(syntax.Span, $"{what} must be a record.", "Write attributes in braces, or the name of such a type.");
        return RecordType.Empty;
    }

    public IReadOnlyList<string> ResolveEntityTypes(NamespaceDeclaration space, IReadOnlyList<NameSyntax> list)
    {
        var types = new List<string>();
        foreach (var name in list)
        {
            if (names.FindEntity(space, name.Name) is { } type && names.EntityTypes.ContainsKey(type)) types.Add(type);
            else fail(name.Span, $"There is no entity type `{name.Name}`.", names.SuggestType(name with { Kind = NameKind.Entity }) ?? "Declare it with `entity`.");
        }
        return [.. types.Distinct(StringComparer.Ordinal)];
    }

    private CedarType Make(NamespaceDeclaration space, TypeSyntax syntax) => syntax switch
    {
        PrimitiveSyntax primitive => primitive.Type,
        SetSyntax set => new SetType(Make(space, set.Element)),
        RecordSyntax record => new RecordType(record.Attributes.Select(attribute =>
            KeyValuePair.Create(attribute.Name, new AttributeType(Make(space, attribute.Type), attribute.IsRequired)))),
        NameSyntax name => names.Find(space, name) ?? Unknown(name),
        _ => throw new InvalidOperationException($"Unknown syntax {syntax.GetType().Name}."),
    };

    private LongType Unknown(NameSyntax name)
    {
        fail(name.Span, $"There is no type `{name.Name}`.", names.SuggestType(name) ?? "Declare it with `type` or `entity`.");
        return LongType.Only;
    }

    private List<string> UsedBy(string name)
    {
        var (space, declaration) = names.CommonTypes[name];
        var used = new List<string>();
        var pending = new Stack<TypeSyntax>([declaration.Type]);
        while (pending.TryPop(out var syntax))
        {
            if (syntax is SetSyntax set) pending.Push(set.Element);
            else if (syntax is RecordSyntax record)
                foreach (var attribute in record.Attributes) pending.Push(attribute.Type);
            else if (syntax is NameSyntax reference && names.FindCommon(space, reference) is { } common) used.Add(common);
        }
        return used;
    }
}
