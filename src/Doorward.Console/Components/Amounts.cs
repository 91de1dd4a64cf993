using System.Globalization;
using Doorward.Control.Resources.Specs;

namespace Doorward.Console.Components;

/// <summary>Amounts as people read them.</summary>
internal static class Amounts
{
    /// <summary>How long something lasts already; nothing for what nobody knows the beginning of.</summary>
    internal static string Age(DateTimeOffset? since, DateTimeOffset now) => since is { } begun ? DurationText.FormatAge(now > begun ? now - begun : TimeSpan.Zero) : "";

    internal static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };
}
