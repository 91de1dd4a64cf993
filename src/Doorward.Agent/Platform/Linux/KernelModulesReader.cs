using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class KernelModulesReader : IFactReader
{
    private const string Tainted = "/proc/sys/kernel/tainted";
    private const string Enforce = "/sys/module/module/parameters/sig_enforce";
    private const ulong Forced = 1 << 1;
    private const ulong Unsigned = 1 << 13;

    public string Fact => FactNames.KernelModulesSigned;

    public FactReading Read(Machine machine)
    {
        if (!ulong.TryParse(machine.Files.ReadLine(Tainted), out var taint)) return FactReading.Unknown("the kernel does not say", Tainted);
        if ((taint & Unsigned) != 0) return FactReading.Fail("a module without a signature was loaded", Tainted);
        if ((taint & Forced) != 0) return FactReading.Fail("a module was loaded by force", Tainted);
        // A kernel that knows no signatures notices none that is missing.
        return machine.Files.ReadLine(Enforce) is { } enforce
            ? FactReading.Pass(enforce == "Y" ? "only signed ones are loaded" : "none was loaded without a signature", Enforce)
            : FactReading.Unknown("the kernel knows no signatures of modules", Enforce);
    }
}
