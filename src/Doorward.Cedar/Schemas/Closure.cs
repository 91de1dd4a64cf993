using System.Collections.Frozen;

namespace Doorward.Cedar.Schemas;

internal static class Closure
{
    /// <summary>All that can be reached upwards, worked out for one node when somebody asks: for all of a long chain it would be quadratic.</summary>
    public static FrozenSet<T> Above<T>(IEnumerable<T> parents, Func<T, IEnumerable<T>> parentsOf, IEqualityComparer<T>? comparer)
    {
        var above = new HashSet<T>(comparer);
        var pending = new Stack<T>(parents);
        while (pending.TryPop(out var next))
        {
            if (!above.Add(next)) continue;
            foreach (var parent in parentsOf(next)) pending.Push(parent);
        }
        return above.ToFrozenSet(comparer);
    }

    /// <summary>A node that lies below itself, if there is one, found with a stack of its own.</summary>
    public static bool TryFindCycle<T>(IEnumerable<T> nodes, Func<T, IReadOnlyList<T>> next, IEqualityComparer<T>? comparer, out List<T> order, out T? onCycle)
        where T : notnull
    {
        order = [];
        var state = new Dictionary<T, bool>(comparer);
        var stack = new Stack<(T Node, int Next)>();
        foreach (var start in nodes)
        {
            if (!state.TryAdd(start, false)) continue;
            stack.Push((start, 0));
            while (stack.TryPop(out var step))
            {
                var following = next(step.Node);
                if (step.Next == following.Count)
                {
                    state[step.Node] = true;
                    order.Add(step.Node);
                    continue;
                }
                stack.Push((step.Node, step.Next + 1));
                var target = following[step.Next];
                if (state.TryAdd(target, false)) stack.Push((target, 0));
                else if (!state[target])
                {
                    onCycle = target;
                    return true;
                }
            }
        }
        onCycle = default;
        return false;
    }
}
