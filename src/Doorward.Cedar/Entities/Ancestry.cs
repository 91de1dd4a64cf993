namespace Doorward.Cedar;

/// <summary>What lies above an entity: its parents, of which each knows what is above it; where that is much, also as one set.</summary>
internal readonly struct Ancestry
{
    public Ancestry(Parent[] parents, AncestorSet? all) => (Parents, All) = (parents, all);

    public static Ancestry None { get; } = new([], null);

    public Parent[] Parents { get; }

    public AncestorSet? All { get; }

    public static Ancestry Of(Parent[] parents)
    {
        for (var i = 1; i < parents.Length; i++)
            if (parents.AsSpan(0, i).Contains(parents[i])) return Of([.. parents.Distinct()]);
        var count = parents.Length;
        foreach (var parent in parents) count += parent.Above.Count;
        return new Ancestry(parents, count > AncestorSet.FewNames ? AncestorSet.Above(parents) : null);
    }

    /// <summary>Of a store that does not say which of them are the parents.</summary>
    public static Ancestry Of(AncestorSet all) => new([], all);

    public bool Contains(EntityValue name)
    {
        if (All is not null) return All.Contains(name);
        foreach (var parent in Parents)
            if (parent.IsOrIsBelow(name)) return true;
        return false;
    }

    public AncestorSet ToSet() => All ?? AncestorSet.Above(Parents);
}
