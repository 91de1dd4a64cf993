namespace Doorward.Cedar.Tests.Worlds;

/// <summary>Chance with a seed: the same seed makes the same world, on any machine (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 to below the limit.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public bool OneIn(int chances) => Below(chances) == 0;

    public T From<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public T Pick<T>(params ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>Some of the items, in their order.</summary>
    public List<T> Some<T>(IEnumerable<T> items, int oneIn = 2) => [.. items.Where(_ => OneIn(oneIn))];

    public List<T> Times<T>(int least, int most, Func<T> make)
    {
        var count = least + Below(most - least + 1);
        return [.. Enumerable.Range(0, count).Select(_ => make())];
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
