using Doorward.Control.Storage;
using Doorward.Core.Devices.Reports;

namespace Doorward.Control.Devices.Compliance;

/// <summary>How a device does, in the words for its person: what an administrator did first, then what was heard of it, then its posture.</summary>
internal static class Healths
{
    public static DeviceHealth Of(Device device)
    {
        if (device.HoldCause == DeviceHoldCause.Forked) return Red(DeviceProblems.Forked.Detail, DeviceProblems.Forked.Fix);
        if (device.Standing == DeviceStanding.Held)
            return Red(device.StandingReason is { } reason ? $"This device is held by an administrator: {reason}" : "This device is held by an administrator.", "Ask your administrator.");
        if (device.Standing != DeviceStanding.Active) return Red(DeviceProblems.Retired.Detail, DeviceProblems.Retired.Fix);
        if (device.Stale) return Red("Nothing has been heard of this device for a while.", "Let it reach the network; it reports by itself.");
        var verdict = Verdict.Parse(device.Verdict);
        return verdict is null
            ? Red("Nothing has been concluded of this device yet.", "Wait for its next report.")
            : new DeviceHealth { Colour = verdict.Colour, Reasons = [.. verdict.Reasons] };
    }

    private static DeviceHealth Red(string what, string fix) => new() { Colour = "red", Reasons = [new HealthReason(what, fix)] };
}
