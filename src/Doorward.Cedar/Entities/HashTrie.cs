using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>Which name an item of a trie stands under. Implemented by structs, so that asking costs nothing.</summary>
internal interface INaming<in T>
{
    static abstract EntityValue NameOf(T item);
}

/// <summary>
/// A set of items under the names of entities that never changes: adding and removing copy the few nodes on the way to the item
/// (32 branches each, so four or five among a million) and share the rest.
/// </summary>
internal sealed class HashTrie<T, TNaming>
    where T : class
    where TNaming : struct, INaming<T>
{
    private readonly TrieNode<T, TNaming> _root;

    private HashTrie(TrieNode<T, TNaming> root, int count) => (_root, Count) = (root, count);

    public static HashTrie<T, TNaming> Empty { get; } = new(TrieNode<T, TNaming>.Empty, 0);

    public int Count { get; }

    /// <summary>Makes a trie of items under different names; the array is put into another order.</summary>
    public static HashTrie<T, TNaming> Of(T[] items) =>
        items.Length == 0 ? Empty : new HashTrie<T, TNaming>(TrieNode<T, TNaming>.Of(items, 0), items.Length);

    public T? Find(EntityValue name) => _root.Find(name);

    public bool TryFind(EntityValue name, [NotNullWhen(true)] out T? item) => (item = _root.Find(name)) is not null;

    /// <summary>The trie with an item added, or put in the place of the one under its name.</summary>
    public HashTrie<T, TNaming> With(T item)
    {
        var isNew = false;
        var root = _root.With(item, 0, ref isNew);
        return new HashTrie<T, TNaming>(root, isNew ? Count + 1 : Count);
    }

    public HashTrie<T, TNaming> Without(EntityValue name)
    {
        var root = _root.Without(name, 0);
        if (ReferenceEquals(root, _root)) return this;
        return Count == 1 ? Empty : new HashTrie<T, TNaming>(root, Count - 1);
    }

    public IEnumerable<T> Items => _root.Enumerate();
}
