using System.Runtime.InteropServices;

namespace Doorward.Cedar;

/// <summary>
/// Works out everything above those that are parents, each behind its own parents, with a stack of its own: chains of parents come from
/// outside and may be long. Whoever lies below itself is a parent, so that the others need no walk.
/// </summary>
internal sealed class ParentLoad(IReadOnlyList<EntityValue> names, int[][] parents)
{
    private readonly Parent?[] _done = new Parent?[names.Count];
    private readonly bool[] _isOnTheWay = new bool[names.Count];
    private readonly Dictionary<int[], Ancestry> _shared = new(NumberRows.Comparer);

    public IEnumerable<Parent> All => _done.OfType<Parent>();

    /// <summary>False when somebody lies below itself, and then who and by way of whom.</summary>
    public bool TryCompute(out (int Name, int Way) problem)
    {
        problem = default;
        var stack = new Stack<(int Number, int Next)>();
        foreach (var row in parents)
        {
            foreach (var start in row)
            {
                if (_done[start] is not null) continue;
                stack.Push((start, 0));
                _isOnTheWay[start] = true;
                if (!TryWalk(stack, ref problem)) return false;
            }
        }
        return true;
    }

    /// <summary>What lies above an entity of these parents. Entities of the same parents share it.</summary>
    public Ancestry Of(int[] row)
    {
        if (row.Length == 0) return Ancestry.None;
        if (!_shared.TryGetValue(row, out var ancestry))
            _shared.Add(row, ancestry = Ancestry.Of(Array.ConvertAll(row, number => _done[number]!)));
        return ancestry;
    }

    private bool TryWalk(Stack<(int Number, int Next)> stack, ref (int Name, int Way) problem)
    {
        while (stack.TryPop(out var step))
        {
            var row = parents[step.Number];
            if (step.Next == row.Length)
            {
                _isOnTheWay[step.Number] = false;
                _done[step.Number] = new Parent(names[step.Number], Of(row).ToSet());
                continue;
            }
            stack.Push(step with { Next = step.Next + 1 });
            var parent = row[step.Next];
            if (_done[parent] is not null) continue;
            problem = (parent, step.Number);
            if (_isOnTheWay[parent]) return false;
            _isOnTheWay[parent] = true;
            stack.Push((parent, 0));
        }
        return true;
    }

    private sealed class NumberRows : IEqualityComparer<int[]>
    {
        public static NumberRows Comparer { get; } = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        // Numbers count up from 0, so that anything simpler lets most rows of a large load meet; and whoever writes entities cannot aim.
        public int GetHashCode(int[] obj)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(obj.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
