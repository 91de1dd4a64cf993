namespace Doorward.Cedar;

/// <summary>A set of names: everything above an entity.</summary>
internal sealed class AncestorSet
{
    /// <summary>Up to this many a scan is as good as a table, and takes less room.</summary>
    public const int FewNames = 12;

    // A row, or with more names a table, in which empty places are null.
    private readonly EntityValue?[] _places;
    private readonly bool _isTable;

    private AncestorSet(EntityValue?[] places, bool isTable, int count) => (_places, _isTable, Count) = (places, isTable, count);

    public static AncestorSet Empty { get; } = new([], false, 0);

    public int Count { get; }

    /// <summary>All names, with null between them.</summary>
    public ReadOnlySpan<EntityValue?> Places => _places;

    public static AncestorSet Of(IReadOnlyCollection<EntityValue> names)
    {
        if (names.Count == 0) return Empty;
        // A table first in any case: it finds what is there twice.
        var table = NameTable.For(names.Count);
        foreach (var name in names) NameTable.Add(table, name);
        var count = table.Length - table.AsSpan().Count((EntityValue?)null);
        return count > FewNames ? new AncestorSet(table, true, count) : new AncestorSet([.. table.Where(name => name is not null)], false, count);
    }

    /// <summary>The parents and everything above them.</summary>
    public static AncestorSet Above(ReadOnlySpan<Parent> parents)
    {
        if (parents.IsEmpty) return Empty;
        var names = new List<EntityValue>();
        foreach (var parent in parents)
        {
            names.Add(parent.Name);
            foreach (var above in parent.Above.Places)
                if (above is not null) names.Add(above);
        }
        return Of(names);
    }

    public bool Contains(EntityValue name)
    {
        if (_isTable) return NameTable.Find(_places, name) >= 0;
        foreach (var other in _places)
            if (other!.Equals(name)) return true;
        return false;
    }

    public bool IsSameAs(AncestorSet other)
    {
        if (Count != other.Count) return false;
        foreach (var name in _places)
            if (name is not null && !other.Contains(name)) return false;
        return true;
    }
}
