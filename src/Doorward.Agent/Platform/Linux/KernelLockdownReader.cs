using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class KernelLockdownReader : IFactReader
{
    private const string Lockdown = "/sys/kernel/security/lockdown";

    public string Fact => FactNames.KernelLockdown;

    public FactReading Read(Machine machine) => machine.Files.ReadLine(Lockdown) switch
    {
        null => FactReading.Unknown("the kernel has no lockdown, or does not show it", Lockdown),
        var modes when modes.Contains("[integrity]", StringComparison.Ordinal) => FactReading.Pass("integrity", Lockdown),
        var modes when modes.Contains("[confidentiality]", StringComparison.Ordinal) => FactReading.Pass("confidentiality", Lockdown),
        var modes when modes.Contains("[none]", StringComparison.Ordinal) => FactReading.Fail("none", Lockdown),
        _ => FactReading.Unknown("a mode that is not known here", Lockdown),
    };
}
