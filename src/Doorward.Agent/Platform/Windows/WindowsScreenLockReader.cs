using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsScreenLockReader : IFactReader
{
    private const string Policies = @"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System";
    private const int LongestSeconds = 900;

    public string Fact => FactNames.ScreenLock;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + Policies + @"\InactivityTimeoutSecs";
        if (!int.TryParse(machine.Registry.Read(Policies, "InactivityTimeoutSecs"), out var seconds)) return FactReading.Unknown("not settled for everybody", source);
        return FactReading.Of(seconds is > 0 and <= LongestSeconds, seconds == 0 ? "never" : $"after {seconds} s", source);
    }
}
