using Doorward.Control.Api;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;

namespace Doorward.Control.Configuration;

/// <summary>Settings as somebody wrote them, checked against what an installation can live with.</summary>
internal static class SettingsReading
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Sets what can be set and gives null, or changes nothing and says what is wrong.</summary>
    public static ApiProblem? Take(SettingsSpec spec, InstallationSettings settings)
    {
        if (Read("idleTimeout", spec.IdleTimeout, 5 * Minute, TimeSpan.FromDays(30), out var idle) is { } wrongIdle) return wrongIdle;
        if (Read("absoluteTimeout", spec.AbsoluteTimeout, 15 * Minute, TimeSpan.FromDays(365), out var absolute) is { } wrongAbsolute) return wrongAbsolute;

        // The pings that renew it come once a second: less than two of them would close doors at a hiccup.
        if (Read("lease", spec.Lease, TimeSpan.FromSeconds(10), 10 * Minute, out var lease) is { } wrongLease) return wrongLease;
        if (Read("strictLease", spec.StrictLease, TimeSpan.FromSeconds(2), lease, out var strict) is { } wrongStrict) return wrongStrict;
        if (Read("confirmation", spec.Confirmation, Minute, TimeSpan.FromHours(12), out var confirmation) is { } wrongConfirmation) return wrongConfirmation;
        if (idle > absolute)
            return ApiProblem.BadRequest("A session cannot be idle for longer than it lasts.", "idleTimeout", $"Choose {DurationText.Format(absolute)} or less, or a longer absoluteTimeout.");
        if (!IsZone(spec.TimeZone))
            return ApiProblem.BadRequest("There is no such time zone.", "timeZone", "Write a name of the IANA database, such as Europe/Zurich or Etc/UTC.");
        (settings.IdleTimeout, settings.AbsoluteTimeout, settings.Lease, settings.StrictLease) = (idle, absolute, lease, strict);
        (settings.Confirmation, settings.TimeZone, settings.OwnDevices) = (confirmation, spec.TimeZone, spec.OwnDevices);
        return null;
    }

    private static ApiProblem? Read(string field, string text, TimeSpan least, TimeSpan most, out TimeSpan value)
    {
        var fix = $"Write {DurationText.Format(least)} to {DurationText.Format(most)}, as in 30s, 15m, 8h or 7d.";
        if (!DurationText.TryParse(text, out value)) return ApiProblem.BadRequest("That is no duration.", field, fix);
        return value < least || value > most ? ApiProblem.BadRequest("The duration is out of bounds.", field, fix) : null;
    }

    // The name becomes that of a file; Windows' own names would mean nothing to the other parts.
    private static bool IsZone(string name) =>
        name is { Length: > 0 and <= 64 } && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+')
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;
}
