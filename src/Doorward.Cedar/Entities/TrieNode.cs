using System.Numerics;

namespace Doorward.Cedar;

/// <summary>
/// One branching of a trie by five bits of the hash: a bit a branch says whether an item or a further node is there. Below the last
/// bits all items that are left share their whole hash and stand in a row.
/// </summary>
internal sealed class TrieNode<T, TNaming>(uint itemMap, T[] items, uint nodeMap, TrieNode<T, TNaming>[] nodes)
    where T : class
    where TNaming : struct, INaming<T>
{
    private const int Bits = 5;
    private const int HashBits = 32;

    public static TrieNode<T, TNaming> Empty { get; } = new(0, [], 0, []);

    private bool IsLast => itemMap == 0 && nodeMap == 0;

    public T? Find(EntityValue name)
    {
        var hash = (uint)name.GetHashCode();
        var node = this;
        while (true)
        {
            var bit = 1u << (int)(hash & 31);
            if ((node.ItemMap & bit) != 0)
            {
                var item = node.Items[PlaceOf(node.ItemMap, bit)];
                return TNaming.NameOf(item).Equals(name) ? item : null;
            }
            if ((node.NodeMap & bit) == 0) return node.IsLast ? node.FindInRow(name) : null;
            node = node.Nodes[PlaceOf(node.NodeMap, bit)];
            hash >>= Bits;
        }
    }

    public TrieNode<T, TNaming> With(T item, int depth, ref bool isNew)
    {
        var name = TNaming.NameOf(item);
        if (depth >= HashBits) return WithInRow(item, name, ref isNew);
        var bit = BitOf(name, depth);
        if ((nodeMap & bit) != 0)
        {
            var at = PlaceOf(nodeMap, bit);
            return new(itemMap, items, nodeMap, Replaced(nodes, at, nodes[at].With(item, depth + Bits, ref isNew)));
        }
        var place = PlaceOf(itemMap, bit);
        if ((itemMap & bit) == 0)
        {
            isNew = true;
            return new(itemMap | bit, [.. items[..place], item, .. items[place..]], nodeMap, nodes);
        }
        var other = items[place];
        if (TNaming.NameOf(other).Equals(name)) return new(itemMap, Replaced(items, place, item), nodeMap, nodes);
        isNew = true;
        var below = Of([Hashed(other), Hashed(item)], depth + Bits);
        var into = PlaceOf(nodeMap, bit);
        return new(itemMap & ~bit, Removed(items, place), nodeMap | bit, [.. nodes[..into], below, .. nodes[into..]]);
    }

    /// <summary>This very node when there is no item of that name. A node may be left with one item, which costs nothing but a step.</summary>
    public TrieNode<T, TNaming> Without(EntityValue name, int depth)
    {
        if (depth >= HashBits)
        {
            var at = Array.FindIndex(items, item => TNaming.NameOf(item).Equals(name));
            return at < 0 ? this : new(0, Removed(items, at), 0, []);
        }
        var bit = BitOf(name, depth);
        if ((nodeMap & bit) != 0)
        {
            var at = PlaceOf(nodeMap, bit);
            var below = nodes[at].Without(name, depth + Bits);
            if (ReferenceEquals(below, nodes[at])) return this;
            return below.Items.Length + below.Nodes.Length == 0
                ? new(itemMap, items, nodeMap & ~bit, Removed(nodes, at))
                : new(itemMap, items, nodeMap, Replaced(nodes, at, below));
        }
        var place = PlaceOf(itemMap, bit);
        return (itemMap & bit) != 0 && TNaming.NameOf(items[place]).Equals(name)
            ? new(itemMap & ~bit, Removed(items, place), nodeMap, nodes)
            : this;
    }

    public IEnumerable<T> Enumerate() => items.Concat(nodes.SelectMany(node => node.Enumerate()));

    public void AddWhere(Predicate<T> isWanted, List<T> found)
    {
        foreach (var item in items)
            if (isWanted(item)) found.Add(item);
        foreach (var node in nodes) node.AddWhere(isWanted, found);
    }

    /// <summary>The node of items under different names; the order of what is given is changed.</summary>
    public static TrieNode<T, TNaming> Of(Span<HashedItem<T>> given, int depth)
    {
        if (depth >= HashBits) return new(0, ItemsOf(given), 0, []);
        Span<int> ends = stackalloc int[32];
        SortByBranch(given, depth, ends);
        uint ofItems = 0, ofNodes = 0;
        for (int branch = 0, from = 0; branch < 32; from = ends[branch++])
        {
            if (ends[branch] - from == 1) ofItems |= 1u << branch;
            else if (ends[branch] > from) ofNodes |= 1u << branch;
        }
        var single = new T[BitOperations.PopCount(ofItems)];
        var below = new TrieNode<T, TNaming>[BitOperations.PopCount(ofNodes)];
        for (int branch = 0, from = 0; branch < 32; from = ends[branch++])
        {
            var bit = 1u << branch;
            if ((ofItems & bit) != 0) single[PlaceOf(ofItems, bit)] = given[from].Item;
            else if ((ofNodes & bit) != 0) below[PlaceOf(ofNodes, bit)] = Of(given[from..ends[branch]], depth + Bits);
        }
        return new(ofItems, single, ofNodes, below);
    }

    private uint ItemMap => itemMap;

    private T[] Items => items;

    private uint NodeMap => nodeMap;

    private TrieNode<T, TNaming>[] Nodes => nodes;

    private static uint BitOf(EntityValue name, int depth) => 1u << (int)(((uint)name.GetHashCode() >> depth) & 31);

    private static int PlaceOf(uint map, uint bit) => BitOperations.PopCount(map & (bit - 1));

    // Counts, then exchanges each item into its branch's stretch.
    private static void SortByBranch(Span<HashedItem<T>> given, int depth, Span<int> ends)
    {
        Span<int> next = stackalloc int[32];
        foreach (ref readonly var item in given) ends[BranchOf(item)]++;
        for (int branch = 0, from = 0; branch < 32; branch++)
        {
            next[branch] = from;
            from = ends[branch] += from;
        }
        for (var branch = 0; branch < 32; branch++)
        {
            while (next[branch] < ends[branch])
            {
                var to = BranchOf(given[next[branch]]);
                if (to == branch) next[branch]++;
                else (given[next[branch]], given[next[to]]) = (given[next[to]++], given[next[branch]]);
            }
        }

        int BranchOf(in HashedItem<T> item) => (int)((item.Hash >> depth) & 31);
    }

    private static HashedItem<T> Hashed(T item) => new((uint)TNaming.NameOf(item).GetHashCode(), item);

    private static T[] ItemsOf(ReadOnlySpan<HashedItem<T>> given)
    {
        var row = new T[given.Length];
        for (var i = 0; i < row.Length; i++) row[i] = given[i].Item;
        return row;
    }

    private T? FindInRow(EntityValue name) => Array.Find(items, item => TNaming.NameOf(item).Equals(name));

    private TrieNode<T, TNaming> WithInRow(T item, EntityValue name, ref bool isNew)
    {
        var at = Array.FindIndex(items, other => TNaming.NameOf(other).Equals(name));
        isNew = at < 0;
        return new(0, at < 0 ? [.. items, item] : Replaced(items, at, item), 0, []);
    }

    private static TItem[] Replaced<TItem>(TItem[] old, int place, TItem item)
    {
        var copy = (TItem[])old.Clone();
        copy[place] = item;
        return copy;
    }

    private static TItem[] Removed<TItem>(TItem[] old, int place) => [.. old[..place], .. old[(place + 1)..]];
}
