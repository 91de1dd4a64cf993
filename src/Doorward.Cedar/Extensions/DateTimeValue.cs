using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>An instant, held as milliseconds since 1970-01-01T00:00:00Z.</summary>
/// <param name="Milliseconds">Since the Unix epoch; negative before it.</param>
public sealed record DateTimeValue(long Milliseconds) : CedarValue
{
    internal const long MillisecondsPerDay = 86_400_000;

    /// <inheritdoc/>
    public override string TypeName => "datetime";

    /// <inheritdoc/>
    public override int GetHashCode() => NumberHash.Of(Milliseconds);

    /// <summary>The literal, or null outside the years 0 to 9999, which have none.</summary>
    internal string? Text => DateTimeText.Write(Milliseconds);

    /// <summary>The instant in whole milliseconds.</summary>
    public static DateTimeValue From(DateTimeOffset instant) => new(instant.ToUnixTimeMilliseconds());

    /// <summary>
    /// Reads <c>2024-10-15</c>, <c>2024-10-15T11:35:00Z</c>, with milliseconds <c>.123</c>, or with an offset <c>+0200</c> for the Z.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DateTimeValue? value)
    {
        value = text is not null && DateTimeText.TryRead(text, out var milliseconds) ? new DateTimeValue(milliseconds) : null;
        return value is not null;
    }

    /// <summary>The instant later (or earlier) by a duration, or null beyond 64 bits.</summary>
    public DateTimeValue? Offset(DurationValue duration)
    {
        var sum = (Int128)Milliseconds + duration.Milliseconds;
        return sum >= long.MinValue && sum <= long.MaxValue ? new DateTimeValue((long)sum) : null;
    }

    /// <summary>The time from another instant to this, or null beyond 64 bits.</summary>
    public DurationValue? Since(DateTimeValue other)
    {
        var difference = (Int128)Milliseconds - other.Milliseconds;
        return difference >= long.MinValue && difference <= long.MaxValue ? new DurationValue((long)difference) : null;
    }

    /// <summary>The start of the instant's day in UTC, or null beyond 64 bits.</summary>
    public DateTimeValue? ToDate()
    {
        var start = (Int128)Milliseconds - ToTime().Milliseconds;
        return start >= long.MinValue ? new DateTimeValue((long)start) : null;
    }

    /// <summary>The time since the start of the instant's day in UTC.</summary>
    public DurationValue ToTime()
    {
        var rest = Milliseconds % MillisecondsPerDay;
        return new DurationValue(rest < 0 ? rest + MillisecondsPerDay : rest);
    }
}
