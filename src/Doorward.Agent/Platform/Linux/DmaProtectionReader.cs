using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class DmaProtectionReader : IFactReader
{
    private const string Units = "/sys/class/iommu";
    private static readonly string[] Tables = ["/sys/firmware/acpi/tables/DMAR", "/sys/firmware/acpi/tables/IVRS", "/sys/firmware/acpi/tables/IORT"];

    public string Fact => FactNames.DmaProtection;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.Names(Units) is { Count: > 0 } units) return FactReading.Pass(string.Join(", ", units.Take(5)), Units);
        // The firmware tells of one: then it is there, and off.
        return Tables.FirstOrDefault(machine.Files.Exists) is { } table
            ? FactReading.Fail("there is an IOMMU, and it is off", table)
            : FactReading.Unknown("no IOMMU is known", Units);
    }
}
