namespace Doorward.Cedar.Schemas;

/// <summary>Finds what JSON can say and the human-readable syntax cannot: that a name with two meanings means the entity type.</summary>
internal static class Ambiguity
{
    public static string? Find(SchemaDeclarations declarations)
    {
        var common = declarations.Namespaces
            .SelectMany(space => space.CommonTypes, (space, type) => space.Qualify(type.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var space in declarations.Namespaces)
        {
            foreach (var name in NamesIn(space))
            {
                if (name.Kind == NameKind.Entity && (common.Contains(name.Name) || common.Contains(space.Qualify(name.Name))))
                    return $"{name.Name} is declared as a common type too, which is what the name alone would mean; rename one of them.";
            }
        }
        return null;
    }

    private static IEnumerable<NameSyntax> NamesIn(NamespaceDeclaration space)
    {
        var roots = space.CommonTypes.Select(type => type.Type)
            .Concat(space.Entities.SelectMany(entity => new[] { entity.Shape, entity.Tags }).OfType<TypeSyntax>())
            .Concat(space.Actions.Select(action => action.AppliesTo?.Context).OfType<TypeSyntax>());
        var pending = new Stack<TypeSyntax>(roots);
        while (pending.TryPop(out var syntax))
        {
            if (syntax is NameSyntax name) yield return name;
            else if (syntax is SetSyntax set) pending.Push(set.Element);
            else if (syntax is RecordSyntax record)
                foreach (var attribute in record.Attributes) pending.Push(attribute.Type);
        }
    }
}
