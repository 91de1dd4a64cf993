namespace Doorward.Cedar.Parsing;

/// <summary>Finds the name that somebody may have meant.</summary>
internal static class Suggestion
{
    private const int MaxDistance = 2;
    private const int MaxLength = 40;

    public static string? For(string word, IEnumerable<string> names, int distance = MaxDistance)
    {
        if (word.Length > MaxLength) return null;
        var nearest = names.Select(name => (Name: name, Distance: DistanceOf(word, name))).DefaultIfEmpty((Name: "", Distance: int.MaxValue)).MinBy(candidate => candidate.Distance);
        return nearest.Distance <= distance ? $"Did you mean `{nearest.Name}`?" : null;
    }

    // Levenshtein's, on lower case: insertions, deletions and replacements.
    private static int DistanceOf(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
