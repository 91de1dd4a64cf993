using Doorward.Control.Storage;
using Doorward.Core.Devices.Reports;

namespace Doorward.Control.Devices.Compliance;

/// <summary>How a device does, in the words for its person: what an administrator did first, then what was heard of it, then its posture.</summary>
internal static class Healths
{
    // What most are told, and what has no reasons to be looked up.
    private static readonly DeviceHealth Green = new() { Colour = "green", Reasons = [] };

    public static DeviceHealth Of(Device device) => Of(device.Standing, device.HoldCause, device.StandingReason, device.Stale, device.Verdict);

    /// <summary>For the device itself, which hears thereby what it is called now.</summary>
    public static DeviceHealth Of(AskingDevice device) =>
        (device.Health == Green.Colour ? Green : Of(device.Standing, device.HoldCause, device.StandingReason, device.Stale, device.Verdict)) with { Name = device.Name };

    private static DeviceHealth Of(DeviceStanding standing, DeviceHoldCause? cause, string? why, bool stale, string concluded)
    {
        if (cause == DeviceHoldCause.Forked) return Red(DeviceProblems.Forked.Detail, DeviceProblems.Forked.Fix);
        if (standing == DeviceStanding.Held)
            return Red(why is null ? "This device is held by an administrator." : $"This device is held by an administrator: {why.TrimEnd('.')}.", "Ask your administrator.");
        if (standing != DeviceStanding.Active) return Red(DeviceProblems.Retired.Detail, DeviceProblems.Retired.Fix);
        if (stale) return Red("Nothing has been heard of this device for a while.", "Let it reach the network; it reports by itself.");
        var verdict = Verdict.Parse(concluded);
        return verdict is null
            ? Red("Nothing has been concluded of this device yet.", "Wait for its next report.")
            : new DeviceHealth { Colour = verdict.Colour, Reasons = [.. verdict.Reasons] };
    }

    private static DeviceHealth Red(string what, string fix) => new() { Colour = "red", Reasons = [new HealthReason(what, fix)] };
}
