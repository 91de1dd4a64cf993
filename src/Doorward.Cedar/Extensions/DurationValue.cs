using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Doorward.Cedar;

/// <summary>A length of time in milliseconds, possibly negative.</summary>
/// <param name="Milliseconds">The whole length.</param>
public sealed record DurationValue(long Milliseconds) : CedarValue
{
    // Largest first; every unit at most once and in this order. "ms" is asked before "m" would match its first letter.
    private static readonly (string Suffix, long Milliseconds)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <inheritdoc/>
    public override string TypeName => "duration";

    /// <inheritdoc/>
    public override int GetHashCode() => NumberHash.Of(Milliseconds);

    internal string Text
    {
        get
        {
            if (Milliseconds == 0) return "0ms";
            var rest = Int128.Abs(Milliseconds);
            var builder = new StringBuilder(Milliseconds < 0 ? "-" : "");
            foreach (var (suffix, length) in Units)
            {
                if (rest >= length) builder.Append(rest / length).Append(suffix);
                rest %= length;
            }
            return builder.ToString();
        }
    }

    /// <summary>The length in whole milliseconds.</summary>
    public static DurationValue From(TimeSpan length) => new(length.Ticks / TimeSpan.TicksPerMillisecond);

    /// <summary>Reads <c>1d2h3m4s5ms</c>, each unit at most once, largest first, with a minus in front when negative.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DurationValue? value)
    {
        value = null;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-", StringComparison.Ordinal);
        if (negative) rest = rest[1..];
        if (rest.IsEmpty) return false;
        Int128 total = 0;
        foreach (var (suffix, length) in Units)
        {
            if (!TryTakeUnit(ref rest, suffix, out var quantity)) return false;
            total += quantity * length;
        }
        if (negative) total = -total;
        if (!rest.IsEmpty || total < long.MinValue || total > long.MaxValue) return false;
        value = new DurationValue((long)total);
        return true;
    }

    // Takes "12h" from the front when the unit is there; leaves the text alone when another unit is. False only when too large.
    private static bool TryTakeUnit(ref ReadOnlySpan<char> text, string suffix, out Int128 quantity)
    {
        quantity = 0;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 1) return true;
        var unit = text[digits..];
        if (!unit.StartsWith(suffix, StringComparison.Ordinal)) return true;
        if (suffix == "m" && unit.StartsWith("ms", StringComparison.Ordinal)) return true;
        foreach (var c in text[..digits])
        {
            quantity = quantity * 10 + (c - '0');
            // One more than the largest is let through, for the negative end of the range.
            if (quantity > (Int128)long.MaxValue + 1) return false;
        }
        text = unit[suffix.Length..];
        return true;
    }
}
