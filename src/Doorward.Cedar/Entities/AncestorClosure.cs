using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>
/// Works out everything above entities whose parents are given, with a stack of its own: chains of parents come from outside and may
/// be long. <paramref name="settled"/> knows what is above those that are not among them.
/// </summary>
internal sealed class AncestorClosure(Dictionary<EntityValue, EntityValue[]> parents, Func<EntityValue, AncestorSet?> settled)
{
    private readonly Dictionary<EntityValue, AncestorSet> _done = new(parents.Count);
    private readonly Dictionary<EntityValue[], AncestorSet> _byParents = new(SameNames.Comparer);

    /// <summary>The result for each, or the sentence that says who lies below itself.</summary>
    public bool TryCompute(
        [NotNullWhen(true)] out IReadOnlyDictionary<EntityValue, AncestorSet>? ancestors, [NotNullWhen(false)] out string? problem)
    {
        var onTheWay = new HashSet<EntityValue>();
        var stack = new Stack<(EntityValue Name, EntityValue[] Parents, int Next)>();
        foreach (var (start, itsParents) in parents)
        {
            if (_done.ContainsKey(start)) continue;
            stack.Push((start, itsParents, 0));
            onTheWay.Add(start);
            while (stack.TryPop(out var step))
            {
                if (step.Next == step.Parents.Length)
                {
                    onTheWay.Remove(step.Name);
                    _done.Add(step.Name, Collect(step.Parents));
                    continue;
                }
                stack.Push(step with { Next = step.Next + 1 });
                var parent = step.Parents[step.Next];
                if (_done.ContainsKey(parent) || !parents.TryGetValue(parent, out var above)) continue;
                if (!onTheWay.Add(parent))
                {
                    (ancestors, problem) = (null, $"The entity {parent.Uid} lies below itself, by way of {step.Name.Uid}.");
                    return false;
                }
                stack.Push((parent, above, 0));
            }
        }
        (ancestors, problem) = (_done, null);
        return true;
    }

    private AncestorSet Collect(EntityValue[] itsParents)
    {
        if (itsParents.Length == 0) return AncestorSet.Empty;
        if (!_byParents.TryGetValue(itsParents, out var set))
        {
            set = AncestorSet.Above(itsParents, parent => _done.TryGetValue(parent, out var above) ? above : settled(parent));
            _byParents.Add(itsParents, set);
        }
        return set;
    }

    /// <summary>Compares lists of names one by one.</summary>
    private sealed class SameNames : IEqualityComparer<EntityValue[]>
    {
        public static SameNames Comparer { get; } = new();

        public bool Equals(EntityValue[]? x, EntityValue[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(EntityValue[] obj)
        {
            var hash = obj.Length;
            foreach (var name in obj) hash = unchecked(hash * 31 + name.GetHashCode());
            return hash;
        }
    }
}
