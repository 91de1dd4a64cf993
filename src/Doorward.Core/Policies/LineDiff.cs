namespace Doorward.Core.Policies;

/// <summary>Two texts line by line: what only the first has begins with `-`, what only the second has with `+`.</summary>
public static class LineDiff
{
    // A table of this many places is made at most; texts that differ in more are shown as one going and one coming.
    private const int MostPlaces = 4_000_000;

    public static IReadOnlyList<string> Of(string before, string after)
    {
        var (old, now) = (Lines(before), Lines(after));
        var head = CommonHead(old, now);
        var tail = CommonTail(old, now, head);
        return
        [
            .. old[..head].Select(Kept),
            .. Middle(old[head..^tail], now[head..^tail]),
            .. old[^tail..].Select(Kept),
        ];
    }

    private static IEnumerable<string> Middle(string[] old, string[] now)
    {
        var common = (long)(old.Length + 1) * (now.Length + 1) <= MostPlaces ? CommonLengths(old, now) : null;
        var (i, j) = (0, 0);
        while (i < old.Length || j < now.Length)
        {
            if (common is not null && i < old.Length && j < now.Length && old[i] == now[j])
            {
                yield return Kept(old[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (i < old.Length && (j == now.Length || common is null || common[i + 1, j] >= common[i, j + 1]))
            {
                yield return "- " + old[i++];
            }
            else
            {
                yield return "+ " + now[j++];
            }
        }
    }

    // How many lines the rests of both texts have in common, in order.
    private static int[,] CommonLengths(string[] old, string[] now)
    {
        var lengths = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = old[i] == now[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        return lengths;
    }

    private static int CommonHead(string[] old, string[] now)
    {
        var length = 0;
        while (length < Math.Min(old.Length, now.Length) && old[length] == now[length])
        {
            length++;
        }

        return length;
    }

    private static int CommonTail(string[] old, string[] now, int head)
    {
        var length = 0;
        while (length < Math.Min(old.Length, now.Length) - head && old[^(length + 1)] == now[^(length + 1)])
        {
            length++;
        }

        return length;
    }

    private static string Kept(string line) => "  " + line;

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
