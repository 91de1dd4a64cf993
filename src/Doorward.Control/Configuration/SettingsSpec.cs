using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;

namespace Doorward.Control.Configuration;

/// <summary>What administrators may change of the installation as a whole. Durations as in resources: <c>15m</c>, <c>12h</c>, <c>7d</c>.</summary>
/// <param name="IdleTimeout">A browser session that nobody used for so long ends; of sessions that run, too.</param>
/// <param name="AbsoluteTimeout">How long a session may last, of those that begin from now on.</param>
/// <param name="Lease">How long gateways go on serving without the control plane.</param>
/// <param name="StrictLease">The same for applications that say <c>strict</c>.</param>
/// <param name="Confirmation">How long a sign-in, or a confirmation after it, is enough for dangerous acts.</param>
/// <param name="TimeZone">IANA name; the clock of policies for people without a zone of their own.</param>
/// <param name="OwnDevices">Whether people may enrol machines of their own, without an administrator.</param>
public sealed record SettingsSpec(string IdleTimeout, string AbsoluteTimeout, string Lease, string StrictLease, string Confirmation, string TimeZone, bool OwnDevices = false)
{
    internal static SettingsSpec Of(InstallationSettings settings) => new(
        DurationText.Format(settings.IdleTimeout), DurationText.Format(settings.AbsoluteTimeout), DurationText.Format(settings.Lease),
        DurationText.Format(settings.StrictLease), DurationText.Format(settings.Confirmation), settings.TimeZone, settings.OwnDevices);

    /// <summary>What differs, as the audit log keeps it: <c>lease 60s to 2m</c>.</summary>
    internal IReadOnlyList<string> ChangesTo(SettingsSpec next)
    {
        (string Name, string From, string To)[] pairs =
        [
            ("idleTimeout", IdleTimeout, next.IdleTimeout), ("absoluteTimeout", AbsoluteTimeout, next.AbsoluteTimeout), ("lease", Lease, next.Lease),
            ("strictLease", StrictLease, next.StrictLease), ("confirmation", Confirmation, next.Confirmation), ("timeZone", TimeZone, next.TimeZone), ("ownDevices", Word(OwnDevices), Word(next.OwnDevices)),
        ];
        return [.. pairs.Where(static pair => pair.From != pair.To).Select(static pair => $"{pair.Name} {pair.From} to {pair.To}")];
    }

    private static string Word(bool on) => on ? "on" : "off";
}
