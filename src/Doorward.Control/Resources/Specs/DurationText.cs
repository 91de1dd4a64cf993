using System.Globalization;

namespace Doorward.Control.Resources.Specs;

/// <summary>Durations as operators write them: one whole number and one unit, <c>30s</c>, <c>15m</c>, <c>8h</c> or <c>7d</c>.</summary>
internal static class DurationText
{
    private const int MaxDigits = 9;

    // A hundred years: more than anybody means, and far from what added to now is no time any more.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is < 2 or > MaxDigits + 1) return false;
        if (!int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        long seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (seconds == 0 || count * seconds > (long)Longest.TotalSeconds) return false;
        duration = TimeSpan.FromSeconds(count * seconds);
        return true;
    }

    /// <summary>The shortest text that reads back as the same duration; parts of a second are cut.</summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        return seconds switch
        {
            0 => "0s",
            _ when seconds % 86400 == 0 => $"{seconds / 86400}d",
            _ when seconds % 3600 == 0 => $"{seconds / 3600}h",
            _ when seconds % 60 == 0 => $"{seconds / 60}m",
            _ => $"{seconds}s",
        };
    }

    /// <summary>How long ago, as people say it: the two largest units.</summary>
    public static string FormatAge(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 1 } => $"{age.Seconds}s",
        { TotalHours: < 1 } => $"{age.Minutes}m {age.Seconds}s",
        { TotalDays: < 1 } => $"{age.Hours}h {age.Minutes}m",
        _ => $"{age.Days}d {age.Hours}h",
    };
}
