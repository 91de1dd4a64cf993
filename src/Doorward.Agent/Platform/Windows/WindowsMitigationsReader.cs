using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsMitigationsReader : IFactReader
{
    private const string Key = @"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";
    private const ulong Off = 3;

    public string Fact => FactNames.CpuMitigations;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + Key;
        if (!machine.Registry.HasKey(Key)) return FactReading.Unknown("the registry does not say", source);
        // Without an override they are on; 3 under a mask of 3 turns them off (Microsoft KB4073119).
        var isSet = ulong.TryParse(machine.Registry.Read(Key, "FeatureSettingsOverride"), out var settings)
            & ulong.TryParse(machine.Registry.Read(Key, "FeatureSettingsOverrideMask"), out var mask);
        var off = isSet ? settings & mask & Off : 0;
        return FactReading.Of(off == 0, off == 0 ? "as Windows comes: on" : $"turned off (override {settings})", source);
    }
}
