using System.Runtime.InteropServices;

namespace Doorward.Cedar;

/// <summary>
/// Makes the parts of a new store. Names count up from 0 as they come, so that all else is arrays: equal names become one object, and
/// entities share their parents.
/// </summary>
internal sealed class EntityLoad
{
    private readonly Dictionary<EntityUid, int> _numbers = [];
    private readonly List<EntityValue> _names = [];
    // Null for a name that is only that of a parent.
    private readonly List<Entity?> _entities = [];
    private int[][] _parents = [];
    private ParentLoad? _above;

    /// <summary>Takes entities; the sentence says why it cannot.</summary>
    public string? Add(IEnumerable<Entity> entities)
    {
        if (entities.TryGetNonEnumeratedCount(out var count)) _numbers.EnsureCapacity(count);
        foreach (var entity in entities)
        {
            var number = NumberOf(entity.Uid);
            if (_entities[number] is { } other && !other.Equals(entity)) return $"There are two different entities {entity.Uid}.";
            _entities[number] ??= entity;
        }
        return null;
    }

    /// <summary>Works out what lies above what; the sentence says who lies below itself, or where it gets too much.</summary>
    public string? Resolve()
    {
        var parents = new List<int[]>(_entities.Count);
        for (var i = 0; i < _entities.Count; i++) parents.Add(NumbersOf(_entities[i]?.Parents ?? []));
        _parents = [.. parents];
        _above = new ParentLoad(_names, _parents);
        return _above.Compute();
    }

    public HashTrie<EntityNode, EntityNode.Naming> Nodes()
    {
        var nodes = new List<EntityNode>(_entities.Count);
        for (var i = 0; i < _entities.Count; i++)
        {
            if (_entities[i] is { } entity)
                nodes.Add(new EntityNode(_names[i], entity.Attributes, entity.Tags, _above!.Of(_parents[i])));
        }
        return HashTrie<EntityNode, EntityNode.Naming>.Of(CollectionsMarshal.AsSpan(nodes));
    }

    public HashTrie<Parent, Parent.Naming> Parents() => HashTrie<Parent, Parent.Naming>.Of([.. _above!.All]);

    private int NumberOf(EntityUid uid)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, uid, out var isKnown);
        if (isKnown) return number;
        number = _names.Count;
        _names.Add(new EntityValue(uid));
        _entities.Add(null);
        return number;
    }

    // A parent that is no entity gets a number behind all others, and an entry without parents when its turn comes.
    private int[] NumbersOf(IReadOnlyList<EntityUid> uids)
    {
        if (uids.Count == 0) return [];
        var numbers = new int[uids.Count];
        var count = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = NumberOf(uids[i]);
            if (Array.IndexOf(numbers, number, 0, count) < 0) numbers[count++] = number;
        }
        return count == numbers.Length ? numbers : numbers[..count];
    }
}
