using System.Globalization;

namespace Doorward.Console.Components;

/// <summary>A time zone in words.</summary>
internal static class ZoneWords
{
    /// <summary>Its name, with how far it is from UTC at a moment: <c>Europe/Berlin (UTC+1)</c>.</summary>
    internal static string Of(TimeZoneInfo zone, DateTimeOffset at) => zone.Id == TimeZoneInfo.Utc.Id ? zone.Id : $"{zone.Id} ({Offset(zone, at)})";

    internal static string Offset(TimeZoneInfo zone, DateTimeOffset at)
    {
        var offset = zone.GetUtcOffset(at);
        var minutes = offset.Minutes == 0 ? "" : offset.ToString("':'mm", CultureInfo.InvariantCulture);
        return offset == TimeSpan.Zero ? "UTC" : $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset.ToString("%h", CultureInfo.InvariantCulture)}{minutes}";
    }
}
