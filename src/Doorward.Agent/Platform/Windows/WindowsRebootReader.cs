using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsRebootReader : IFactReader
{
    private const string CurrentVersion = @"SOFTWARE\Microsoft\Windows\CurrentVersion";
    private static readonly string[] Pending = [CurrentVersion + @"\WindowsUpdate\Auto Update\RebootRequired", CurrentVersion + @"\Component Based Servicing\RebootPending"];

    public string Fact => FactNames.RebootDone;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + CurrentVersion;
        if (Pending.FirstOrDefault(machine.Registry.HasKey) is { } key) return FactReading.Fail("an update waits for a restart", @"HKLM\" + key);
        return machine.Registry.HasKey(CurrentVersion + @"\Component Based Servicing") ? FactReading.Pass("nothing waits", source) : FactReading.Unknown("the registry does not say", source);
    }
}
