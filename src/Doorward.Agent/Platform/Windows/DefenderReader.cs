using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class DefenderReader : IFactReader
{
    private const string Product = @"SOFTWARE\Microsoft\Windows Defender";
    private const string RealTime = Product + @"\Real-Time Protection";
    private const string ByPolicy = @"SOFTWARE\Policies\Microsoft\Windows Defender";

    public string Fact => FactNames.Antivirus;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + Product;
        if (machine.Questions.Ask("sc", "query", "WinDefend") is not { ExitCode: 0 } service) return FactReading.Unknown("Microsoft Defender is not here; others are not known", source);
        if (!service.Output.Contains(": 4 ", StringComparison.Ordinal)) return FactReading.Fail("Microsoft Defender does not run", "sc query WinDefend");
        var off = (string[])[Product, ByPolicy];
        if (off.Any(key => machine.Registry.Read(key, "DisableAntiSpyware") == "1") || machine.Registry.Read(RealTime, "DisableRealtimeMonitoring") == "1"
            || machine.Registry.Read(ByPolicy + @"\Real-Time Protection", "DisableRealtimeMonitoring") == "1")
            return FactReading.Fail("Microsoft Defender runs, its real-time protection is off", source);
        return FactReading.Pass("Microsoft Defender runs", source);
    }
}
