using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsUpdatesReader : IFactReader
{
    private const string Key = @"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU";
    private const string Service = @"SYSTEM\CurrentControlSet\Services\wuauserv";

    public string Fact => FactNames.AutomaticUpdates;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + Key;
        const string disabled = "4";
        if (machine.Registry.Read(Service, "Start") is not { } start) return FactReading.Unknown("there is no update service", @"HKLM\" + Service);
        if (start == disabled) return FactReading.Fail("the update service is disabled", @"HKLM\" + Service);
        if (machine.Registry.Read(Key, "NoAutoUpdate") == "1") return FactReading.Fail("turned off by policy", source);
        return machine.Registry.Read(Key, "AUOptions") switch
        {
            null => FactReading.Pass("as Windows comes: on", source),
            "4" or "5" => FactReading.Pass("installed by themselves", source),
            var option => FactReading.Fail($"only announced (AUOptions {option})", source),
        };
    }
}
