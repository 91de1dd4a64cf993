namespace Doorward.Agent.Platform.Linux;

/// <summary>The order of Debian's versions: [epoch:]upstream[-revision] (Debian Policy, section 5.6.12).</summary>
internal static class DebianVersion
{
    public static int Compare(string left, string right)
    {
        var (one, other) = (Split(left), Split(right));
        if (one.Epoch != other.Epoch) return one.Epoch.CompareTo(other.Epoch);
        var order = CompareParts(one.Upstream, other.Upstream);
        return order != 0 ? order : CompareParts(one.Revision, other.Revision);
    }

    private static (uint Epoch, string Upstream, string Revision) Split(string version)
    {
        var colon = version.IndexOf(':', StringComparison.Ordinal);
        var epoch = colon > 0 && uint.TryParse(version[..colon], out var number) ? number : 0;
        var rest = version[(colon + 1)..];
        var dash = rest.LastIndexOf('-');
        return dash < 0 ? (epoch, rest, "") : (epoch, rest[..dash], rest[(dash + 1)..]);
    }

    // By turns what is no digit, in an order in which ~ comes before the end and letters before all else, and numbers.
    private static int CompareParts(string left, string right)
    {
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            while ((i < left.Length && !char.IsAsciiDigit(left[i])) || (j < right.Length && !char.IsAsciiDigit(right[j])))
            {
                var order = Weight(left, i).CompareTo(Weight(right, j));
                if (order != 0) return order;
                (i, j) = (i + 1, j + 1);
            }

            var one = Number(left, ref i);
            var other = Number(right, ref j);
            var length = one.Length.CompareTo(other.Length);
            if (length != 0) return length;
            var digits = one.CompareTo(other, StringComparison.Ordinal);
            if (digits != 0) return digits;
        }

        return 0;
    }

    private static int Weight(string text, int at)
    {
        if (at >= text.Length || char.IsAsciiDigit(text[at])) return 0;
        return text[at] == '~' ? -1 : char.IsAsciiLetter(text[at]) ? text[at] : text[at] + 256;
    }

    private static ReadOnlySpan<char> Number(string text, ref int at)
    {
        while (at < text.Length && text[at] == '0') at++;
        var begin = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return text.AsSpan(begin, at - begin);
    }
}
