using System.Runtime.InteropServices;

namespace Doorward.Cedar;

/// <summary>
/// Works out everything above those that are parents, each behind its own parents, with a stack of its own: chains of parents come from
/// outside and may be long. Whoever lies below itself is a parent, so that the others need no walk.
/// </summary>
internal sealed class ParentLoad(IReadOnlyList<EntityValue> names, int[][] parents)
{
    /// <summary>
    /// So many ancestors are kept of all entities together, or <see cref="NamesEach"/> times their number. A chain of n entities has
    /// n²/2, so that without a bound a file of a few megabytes would take all memory.
    /// </summary>
    public const int FewNames = 1 << 25;

    /// <summary>So many ancestors on average are taken of any number of entities.</summary>
    public const int NamesEach = 64;

    private readonly Parent?[] _done = new Parent?[names.Count];
    private readonly bool[] _isOnTheWay = new bool[names.Count];
    private readonly Dictionary<int[], Ancestry> _shared = new(NumberRows.Comparer);
    private readonly long _limit = Math.Max(FewNames, (long)NamesEach * names.Count);
    private long _kept;

    public IEnumerable<Parent> All => _done.OfType<Parent>();

    /// <summary>Null, or a sentence that says who lies below itself, or where it gets too much.</summary>
    public string? Compute()
    {
        var stack = new Stack<(int Number, int Next)>();
        foreach (var row in parents)
        {
            foreach (var start in row)
            {
                if (_done[start] is not null) continue;
                stack.Push((start, 0));
                _isOnTheWay[start] = true;
                if (Walk(stack) is { } problem) return problem;
            }
        }
        for (var i = 0; i < parents.Length; i++)
        {
            Of(parents[i]);
            if (_kept > _limit) return TooMuch(i);
        }
        return null;
    }

    /// <summary>What lies above an entity of these parents. Entities of the same parents share it.</summary>
    public Ancestry Of(int[] row)
    {
        if (row.Length == 0) return Ancestry.None;
        if (!_shared.TryGetValue(row, out var ancestry))
        {
            _shared.Add(row, ancestry = Ancestry.Of(Array.ConvertAll(row, number => _done[number]!)));
            _kept += ancestry.All?.Count ?? 0;
        }
        return ancestry;
    }

    private string TooMuch(int number) =>
        $"Up to {names[number].Uid} the entities have more than {_limit} ancestors, all added up. Make the hierarchy flatter or give fewer entities.";

    private string? Walk(Stack<(int Number, int Next)> stack)
    {
        while (stack.TryPop(out var step))
        {
            var row = parents[step.Number];
            if (step.Next == row.Length)
            {
                _isOnTheWay[step.Number] = false;
                _done[step.Number] = new Parent(names[step.Number], Of(row).ToSet());
                if (_kept > _limit) return TooMuch(step.Number);
                continue;
            }
            stack.Push(step with { Next = step.Next + 1 });
            var parent = row[step.Next];
            if (_done[parent] is not null) continue;
            if (_isOnTheWay[parent]) return $"The entity {names[parent].Uid} lies below itself, by way of {names[step.Number].Uid}.";
            _isOnTheWay[parent] = true;
            stack.Push((parent, 0));
        }
        return null;
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
