namespace Doorward.Cedar.Indexing;

/// <summary>Finds by name of an entity; made once and then only read.</summary>
internal sealed class NameMap<T>
    where T : class
{
    private readonly EntityValue?[] _names;
    private readonly T?[] _items;

    public NameMap(IReadOnlyCollection<KeyValuePair<EntityValue, T>> items)
    {
        Count = items.Count;
        _names = NameTable.For(Count);
        _items = new T?[_names.Length];
        foreach (var (name, item) in items) _items[NameTable.Add(_names, name)] = item;
    }

    public int Count { get; }

    public T? Find(EntityValue name)
    {
        var place = NameTable.Find(_names, name);
        return place < 0 ? null : _items[place];
    }
}
