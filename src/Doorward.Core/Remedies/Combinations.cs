namespace Doorward.Core.Remedies;

/// <summary>The subsets of 0..count-1 of one size, in lexical order; the array given out is reused.</summary>
internal static class Combinations
{
    public static IEnumerable<int[]> Of(int count, int size)
    {
        var indexes = Enumerable.Range(0, size).ToArray();
        while (indexes.Length > 0 && indexes[^1] < count)
        {
            yield return indexes;
            var place = size - 1;
            while (place > 0 && indexes[place] == count - size + place)
                place--;
            indexes[place]++;
            for (var next = place + 1; next < size; next++)
                indexes[next] = indexes[next - 1] + 1;
        }
    }
}
