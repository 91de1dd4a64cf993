using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class CpuMitigationsReader : IFactReader
{
    private const string Folder = "/sys/devices/system/cpu/vulnerabilities";

    public string Fact => FactNames.CpuMitigations;

    public FactReading Read(Machine machine)
    {
        var flaws = machine.Files.Names(Folder).Select(name => (Name: name, State: machine.Files.ReadLine($"{Folder}/{name}"))).ToList();
        if (flaws.Count == 0 || flaws.Any(static flaw => flaw.State is null)) return FactReading.Unknown("the kernel does not say", Folder);
        var open = flaws.Where(static flaw => flaw.State!.StartsWith("Vulnerable", StringComparison.Ordinal)).Select(static flaw => flaw.Name).ToList();
        if (open.Count > 0) return FactReading.Fail($"open: {string.Join(", ", open)}", Folder);
        var unknown = flaws.Where(static flaw => flaw.State!.StartsWith("Unknown", StringComparison.Ordinal)).Select(static flaw => flaw.Name).ToList();
        return unknown.Count > 0 ? FactReading.Unknown($"not known of {string.Join(", ", unknown)}", Folder) : FactReading.Pass($"{flaws.Count} flaws, none open", Folder);
    }
}
