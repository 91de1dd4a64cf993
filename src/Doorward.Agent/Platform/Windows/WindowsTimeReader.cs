using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsTimeReader : IFactReader
{
    private const string Service = @"SYSTEM\CurrentControlSet\Services\W32Time";

    public string Fact => FactNames.TimeSync;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + Service;
        var (type, start) = (machine.Registry.Read(Service + @"\Parameters", "Type"), machine.Registry.Read(Service, "Start"));
        if (type is null || start is null) return FactReading.Unknown("the registry does not say", source);
        if (start == "4") return FactReading.Fail("the time service is disabled", source);
        return FactReading.Of(type is "NTP" or "NT5DS" or "AllSync", type, source);
    }
}

/// <summary>User Account Control: on, and asking.</summary>
internal sealed class ElevationReader(string policies) : IFactReader
{
    public string Fact => FactNames.ElevationAsks;

    public FactReading Read(Machine machine)
    {
        var source = $@"HKLM\{policies}";
        var (isOn, prompt) = (machine.Registry.Read(policies, "EnableLUA"), machine.Registry.Read(policies, "ConsentPromptBehaviorAdmin"));
        if (isOn is null) return FactReading.Unknown("the registry does not say", source);
        return (isOn, prompt) switch
        {
            ("0", _) => FactReading.Fail("User Account Control is off", source),
            (_, "0") => FactReading.Fail("administrators are not asked", source),
            _ => FactReading.Pass("User Account Control asks", source),
        };
    }
}
