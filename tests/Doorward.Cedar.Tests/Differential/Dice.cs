namespace Doorward.Cedar.Tests.Differential;

/// <summary>Random numbers that a seed repeats (SplitMix64): millions of cases, each known by one number.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 to one below the limit.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>Both ends may come.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Chance(int percent) => Below(100) < percent;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public T[] Many<T>(int least, int most, Func<T> one)
    {
        var many = new T[Between(least, most)];
        for (var i = 0; i < many.Length; i++) many[i] = one();
        return many;
    }
}
