namespace Doorward.Cedar;

/// <summary>Everything above an entity. Entities with the same parents share it.</summary>
internal sealed class AncestorSet
{
    // Up to this many a scan beats a table.
    private const int TableFrom = 9;

    private readonly EntityValue[] _names;
    private readonly EntityValue?[]? _table;

    private AncestorSet(EntityValue[] names, int parents, EntityValue?[]? table) => (_names, ParentCount, _table) = (names, parents, table);

    public static AncestorSet Empty { get; } = new([], 0, null);

    /// <summary>All of them, the parents first.</summary>
    public ReadOnlySpan<EntityValue> Names => _names;

    public ReadOnlySpan<EntityValue> Parents => _names.AsSpan(0, ParentCount);

    private int ParentCount { get; }

    /// <summary>The set of parents and all that is above them, which <paramref name="above"/> knows (null: nothing).</summary>
    public static AncestorSet Above(ReadOnlySpan<EntityValue> parents, Func<EntityValue, AncestorSet?> above)
    {
        if (parents.IsEmpty) return Empty;
        var seen = new HashSet<EntityValue>();
        var names = new List<EntityValue>();
        foreach (var parent in parents)
            if (seen.Add(parent)) names.Add(parent);
        var count = names.Count;
        for (var i = 0; i < count; i++)
        {
            if (above(names[i]) is not { } further) continue;
            foreach (var name in further._names)
                if (seen.Add(name)) names.Add(name);
        }
        return Of([.. names], count);
    }

    /// <summary>The set of names that are different from each other.</summary>
    public static AncestorSet Of(EntityValue[] names, int parents)
    {
        if (names.Length < TableFrom) return new AncestorSet(names, parents, null);
        var table = NameTable.For(names.Length);
        foreach (var name in names) NameTable.Add(table, name);
        return new AncestorSet(names, parents, table);
    }

    public bool Contains(EntityValue name)
    {
        if (_table is not null) return NameTable.Find(_table, name) >= 0;
        foreach (var other in _names)
            if (other.Equals(name)) return true;
        return false;
    }
}
