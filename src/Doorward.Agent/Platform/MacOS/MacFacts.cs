using System.Collections.Immutable;
using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.MacOS;

/// <summary>The facts of a Mac, most of them what its own programs say. Preview: tried on trees that were written down, on no machine.</summary>
internal static class MacFacts
{
    private const string SoftwareUpdate = "/Library/Preferences/com.apple.SoftwareUpdate.plist";
    private const string LoginWindow = "/Library/Preferences/com.apple.loginwindow.plist";

    public static ImmutableArray<IFactReader> Readers() =>
    [
        new MacSupportedReader(),
        new MacCurrentReader(),
        new CachedReader(new MacUpdatesReader(SoftwareUpdate)),
        new MacAutomaticUpdatesReader(SoftwareUpdate),
        new AnswerReader(FactNames.DiskEncryption, good: "FileVault is On.", bad: "FileVault is Off.", "fdesetup", "status"),
        new AnswerReader(FactNames.SwapEncryption, good: "(encrypted)", bad: "used =", "sysctl", "-n", "vm.swapusage"),
        new AnswerReader(FactNames.Firewall, good: "Firewall is enabled", bad: "Firewall is disabled", "socketfilterfw", "--getglobalstate"),
        new MacScreenLockReader(),
        new MacAutomaticLoginReader(LoginWindow),
        new MacSensorReader(),
        new CachedReader(new MacSecureBootReader()), // system_profiler takes a second
        new AnswerReader(FactNames.Tpm, good: "1", bad: "0", "sysctl", "-n", "hw.optional.arm64"),
        new AnswerReader(FactNames.KernelLockdown, good: "status: enabled", bad: "status: disabled", "csrutil", "status"),
        new AnswerReader(FactNames.MandatoryAccessControl, good: "assessments enabled", bad: "assessments disabled", "spctl", "--status"),
        new SshReader("/etc/ssh"),
        new AnswerReader(FactNames.TimeSync, good: "Network Time: On", bad: "Network Time: Off", "systemsetup", "-getusingnetworktime"),
        new SudoReader(),
    ];
}

/// <summary>A fact that one program tells in one of two phrases. The good one is looked for first; neither is unknown.</summary>
internal sealed class AnswerReader(string fact, string good, string bad, string program, params string[] arguments) : IFactReader
{
    public string Fact => fact;

    public FactReading Read(Machine machine)
    {
        var source = string.Join(' ', [program, .. arguments]);
        // Some of them end with another code when what they tell of is off.
        if (machine.Questions.Ask(program, arguments) is not { } answer) return FactReading.Unknown($"there is no {program}", source);
        var text = answer.Output.Trim();
        if (text.Contains(good, StringComparison.Ordinal)) return FactReading.Pass(text, source);
        return text.Contains(bad, StringComparison.Ordinal) ? FactReading.Fail(text, source) : FactReading.Unknown($"answered: {text}", source);
    }
}
