using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>A decimal number with four fractional digits, held as a 64-bit count of ten-thousandths.</summary>
/// <param name="TenThousandths">The number times 10,000.</param>
public sealed record DecimalValue(long TenThousandths) : CedarValue
{
    private const int Digits = 4;

    /// <inheritdoc/>
    public override string TypeName => "decimal";

    /// <inheritdoc/>
    public override int GetHashCode() => NumberHash.Of(TenThousandths);

    /// <summary>The number without trailing zeros, with at least one fractional digit.</summary>
    internal string Text
    {
        get
        {
            var magnitude = UInt128.CreateChecked(Int128.Abs(TenThousandths));
            var fraction = (magnitude % 10_000).ToString().PadLeft(Digits, '0').TrimEnd('0');
            return $"{(TenThousandths < 0 ? "-" : "")}{magnitude / 10_000}.{(fraction.Length == 0 ? "0" : fraction)}";
        }
    }

    /// <summary>Reads <c>-12.3456</c>: digits on both sides of the point, at most four behind it.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DecimalValue? value)
    {
        value = null;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-", StringComparison.Ordinal);
        if (negative) rest = rest[1..];
        var point = rest.IndexOf('.');
        if (point < 1) return false;
        var fraction = rest[(point + 1)..];
        if (fraction.Length is 0 or > Digits) return false;
        if (!TryReadDigits(rest[..point], out var whole) || !TryReadDigits(fraction, out var part)) return false;
        for (var i = fraction.Length; i < Digits; i++) part *= 10;
        var scaled = whole * 10_000 + part;
        if (negative) scaled = -scaled;
        if (scaled < long.MinValue || scaled > long.MaxValue) return false;
        value = new DecimalValue((long)scaled);
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<char> digits, out Int128 number)
    {
        number = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c) || number > long.MaxValue) return false;
            number = number * 10 + (c - '0');
        }
        return true;
    }
}
