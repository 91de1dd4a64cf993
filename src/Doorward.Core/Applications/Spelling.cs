namespace Doorward.Core.Applications;

/// <summary>Finds the word that was probably meant.</summary>
public static class Spelling
{
    private const int MaxLength = 40;

    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        if (word.Length > MaxLength) return null;
        var (best, distance) = candidates
            .Select(candidate => (candidate, distance: Distance(word, candidate)))
            .OrderBy(static pair => pair.distance)
            .FirstOrDefault(("", int.MaxValue));
        return distance <= Math.Max(1, word.Length / 3) ? best : null;
    }

    // Levenshtein distance, ignoring case; both words are short.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var same = char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
