using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Posture;

/// <summary>What the dates of a release come to today.</summary>
internal static class SupportReading
{
    /// <param name="name">The system as people call it.</param>
    /// <param name="release">Its release, or null when it is not known.</param>
    /// <param name="countsExtended">Whether the time after the end of life is covered for everybody, as by Debian LTS, and not for customers only.</param>
    /// <param name="today">Today.</param>
    /// <param name="source">Where the name was read.</param>
    public static FactReading Of(string name, OsRelease? release, bool countsExtended, DateOnly today, string source)
    {
        if (release is null) return FactReading.Unknown($"{name}: no such release is known", source);
        if (release.EndOfLife is not { } end) return FactReading.Pass($"{name}, no end announced", source);
        if (today <= end) return FactReading.Pass($"{name}, supported until {end:yyyy-MM-dd}", source);
        return countsExtended && release.Extended is { } extended && today <= extended
            ? FactReading.Pass($"{name}, in long-term support until {extended:yyyy-MM-dd}", source)
            : FactReading.Fail($"{name}, ended on {end:yyyy-MM-dd}", source);
    }
}
