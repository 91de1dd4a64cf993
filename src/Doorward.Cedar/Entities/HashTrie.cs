using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>Which name an item of a trie stands under. Implemented by structs, so that asking costs nothing.</summary>
internal interface INaming<in T>
{
    static abstract EntityValue NameOf(T item);
}

/// <summary>An item with the hash of its name.</summary>
internal readonly record struct HashedItem<T>(uint Hash, T Item);

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

    /// <summary>Makes a trie of items under different names.</summary>
    public static HashTrie<T, TNaming> Of(ReadOnlySpan<T> items)
    {
        if (items.IsEmpty) return Empty;
        // The hashes come along, so that sorting does not run after every name again.
        var hashed = new HashedItem<T>[items.Length];
        for (var i = 0; i < hashed.Length; i++) hashed[i] = new HashedItem<T>((uint)TNaming.NameOf(items[i]).GetHashCode(), items[i]);
        return new HashTrie<T, TNaming>(TrieNode<T, TNaming>.Of(hashed, 0), items.Length);
    }

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

    public List<T> Where(Predicate<T> isWanted)
    {
        var found = new List<T>();
        _root.AddWhere(isWanted, found);
        return found;
    }
}
