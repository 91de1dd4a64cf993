namespace Doorward.Cedar;

/// <summary>Who lies directly below whom in a store. It never changes; linking and unlinking give another that shares what stays.</summary>
internal readonly struct Descent(HashTrie<Children, Children.Naming> byParent)
{
    public static Descent None { get; } = new(HashTrie<Children, Children.Naming>.Empty);

    public static Descent Of(IEnumerable<EntityNode> nodes)
    {
        var lists = new Dictionary<EntityValue, List<EntityValue>>();
        foreach (var node in nodes)
        {
            foreach (var parent in node.Ancestors.Parents)
            {
                if (!lists.TryGetValue(parent, out var list)) lists.Add(parent, list = []);
                list.Add(node.Name);
            }
        }
        var all = new Children[lists.Count];
        var count = 0;
        foreach (var (parent, list) in lists)
            all[count++] = new Children(parent, HashTrie<EntityValue, Children.ItselfNaming>.Of([.. list]));
        return new Descent(HashTrie<Children, Children.Naming>.Of(all));
    }

    public IEnumerable<EntityValue> Below(EntityValue parent) => byParent.Find(parent)?.Names.Items ?? [];

    /// <summary>The name of a parent as it already stands here, so that equal names are one object; the given one when there is none.</summary>
    public EntityValue Known(EntityValue parent) => byParent.Find(parent)?.Parent ?? parent;

    public Descent Link(EntityValue name, ReadOnlySpan<EntityValue> parents)
    {
        var changed = byParent;
        foreach (var parent in parents)
        {
            var others = changed.Find(parent)?.Names ?? HashTrie<EntityValue, Children.ItselfNaming>.Empty;
            changed = changed.With(new Children(parent, others.With(name)));
        }
        return new Descent(changed);
    }

    public Descent Unlink(EntityValue name, ReadOnlySpan<EntityValue> parents)
    {
        var changed = byParent;
        foreach (var parent in parents)
        {
            if (changed.Find(parent) is not { } children) continue;
            var others = children.Names.Without(name);
            changed = others.Count == 0 ? changed.Without(parent) : changed.With(new Children(parent, others));
        }
        return new Descent(changed);
    }
}
