using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Devices;

/// <summary>Why devices are refused, in words for whoever sits at one. Codes are a closed vocabulary.</summary>
internal static class DeviceProblems
{
    public static readonly DeviceProblem Link = new("link", "The enrolment link is used, expired or not one.", "Ask for a new link; it works once and for 24 hours.");

    public static readonly DeviceProblem Late = new("late", "The enrolment took longer than two minutes.", "Begin again with the same link.");

    public static readonly DeviceProblem KnownKey = new("known-key", "A device has enrolled with this key before.", "Make a new key and enrol with it; an administrator retires the old device.");

    public static readonly DeviceProblem OtherKey = new("other-key", "The signing request is by another key than the enrolment began with.", "Begin again.");

    public static readonly DeviceProblem Unreadable = new("malformed", "The message cannot be read.", "Use the agent of this installation's version.");

    public static readonly DeviceProblem TooLarge = new("too-large", "The message is larger than any that a device has reason to send.", "Use the agent of this installation's version.");

    public static readonly DeviceProblem NoCertificate = new("no-certificate", "The request came without the certificate of a device.", "Enrol this machine.");

    public static readonly DeviceProblem Unknown = new("unknown", "The certificate is of no device of this installation.", "Enrol this machine.");

    public static readonly DeviceProblem OtherCertificate = new("other-key", "The certificate is for another key than the one this device enrolled with.", "Enrol this machine again.");

    public static readonly DeviceProblem Expired = new("expired", "The certificate of the device is not good at this time.", "The device orders another by itself; if that is refused, set the clock right.");

    public static readonly DeviceProblem Retired = new("retired", "The device is retired.", "Enrol this machine again if it is to be used on.");

    public static readonly DeviceProblem Unsigned = new("unsigned", "The report is not signed by the device's key.", "Enrol this machine again if its key was lost.");

    public static readonly DeviceProblem OtherDevice = new("other-device", "The report is about another device.", "Enrol this machine again.");

    public static readonly DeviceProblem TooOften = new("too-often", "The device reports more often than once a second.", "It goes on by itself.");

    public static readonly DeviceProblem Forked = new("forked", "Two machines speak with the key of this device, so neither opens anything.", "Tell your administrator. Enrol each machine with a key of its own.");

    public static readonly DeviceProblem Held = new("held", "This device is held, so it signs for no session.", "Ask your administrator.");

    public static readonly DeviceProblem Challenge = new("challenge", "What was signed is no challenge of this minute, of that page, for a session that lives.", "Load the page again.");

    public static readonly DeviceProblem OtherSession = new("other-session", "The session is bound to another device.", "Sign in on this device.");

    public static readonly DeviceProblem OtherOwner = new("other-owner", "The device is another person's.", "Use a device of your own.");

    public static readonly DeviceProblem NoRecord = new("no-record", "The audit log takes no records now, and nothing is done without one.", "Try again later.");

    public static DeviceProblem Report(ReportVerdict.Refused refused) => refused.Fault switch
    {
        ReportFault.TooLarge => TooLarge,
        ReportFault.Malformed => Unreadable with { Detail = $"The report is refused: {refused.Why}." },
        ReportFault.Signature => Unsigned,
        ReportFault.OtherDevice => OtherDevice,
        ReportFault.Replayed => new("replayed", "The report was sent before, or comes out of order.", "The device goes on by itself."),
        ReportFault.OtherNonce => new("other-nonce", "The report does not answer the nonce that is out: an answer was lost, or the device began anew.", "The device goes on by itself."),
        ReportFault.Future => new("clock", "The clock of this machine is ahead by more than a minute.", "Set it right; best, turn time synchronisation on."),
        ReportFault.Stale => new("clock", "The clock of this machine is behind by more than a minute.", "Set it right; best, turn time synchronisation on."),
        ReportFault.OtherBase => new("other-base", "The report says changes to one that is not known here.", "The device sends the whole by itself."),
        _ => Forked,
    };

    /// <param name="off">How far the device's clock is ahead of ours.</param>
    public static DeviceProblem Clock(TimeSpan off) => new(
        "clock", $"The clock of this machine is {Words(off.Duration())} {(off > TimeSpan.Zero ? "ahead" : "behind")}.", "Set it right; best, turn time synchronisation on.");

    private static string Words(TimeSpan time) => time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} seconds" : time.TotalHours < 2 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalHours:0} hours";

    public static DeviceProblem Request(string what) => new("signing-request", what, "Send a PKCS#10 request by the device's key, without names and extensions.");

    public static DeviceProblem Attestation(string why) => new("attestation", $"The TPM's answer is refused: {why}.", "Begin again. If it stays so, this machine's TPM is not what it says it is.");
}
