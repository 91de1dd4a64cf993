using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.MacOS;

internal sealed class MacScreenLockReader : IFactReader
{
    private const int LongestSeconds = 300;

    public string Fact => FactNames.ScreenLock;

    public FactReading Read(Machine machine)
    {
        const string source = "sysadminctl -screenLock status";
        // "screenLock delay is 300 seconds", "screenLock delay is immediate", "screenLock is off"
        var text = machine.Questions.Ask("sysadminctl", "-screenLock", "status")?.Output.Trim() ?? "";
        if (text.Contains("is off", StringComparison.Ordinal)) return FactReading.Fail("off", source);
        if (text.Contains("is immediate", StringComparison.Ordinal)) return FactReading.Pass("at once", source);
        var words = text.Split(' ');
        var at = Array.IndexOf(words, "seconds") - 1;
        return at >= 0 && int.TryParse(words[at], out var seconds) ? FactReading.Of(seconds <= LongestSeconds, $"after {seconds} s", source) : FactReading.Unknown("macOS does not say", source);
    }
}

internal sealed class MacSecureBootReader : IFactReader
{
    public string Fact => FactNames.SecureBoot;

    public FactReading Read(Machine machine)
    {
        const string source = "system_profiler SPiBridgeDataType";
        var line = TextFiles.Lines(machine.Questions.Ask("system_profiler", "SPiBridgeDataType")?.Good).FirstOrDefault(static line => line.StartsWith("Secure Boot:", StringComparison.Ordinal));
        return line?.Split(':', 2)[1].Trim() switch
        {
            "Full Security" => FactReading.Pass("full security", source),
            "Medium Security" or "Reduced Security" or "No Security" or "Permissive Security" => FactReading.Fail(line, source),
            _ => FactReading.Unknown("macOS does not say", source),
        };
    }
}

internal sealed class MacSensorReader : IFactReader
{
    private static readonly (string Name, string Bundle)[] Products =
    [
        ("CrowdStrike Falcon", "com.crowdstrike.falcon.Agent"), ("Microsoft Defender", "com.microsoft.wdav.epsext"),
        ("SentinelOne", "com.sentinelone.network-monitoring"), ("Sophos", "com.sophos.endpoint.scanextension"),
    ];

    public string Fact => FactNames.EndpointDetection;

    public FactReading Read(Machine machine)
    {
        const string source = "systemextensionsctl list";
        var lines = TextFiles.Lines(machine.Questions.Ask("systemextensionsctl", "list")?.Good).ToList();
        foreach (var (name, bundle) in Products)
        {
            if (lines.Find(line => line.Contains(bundle, StringComparison.Ordinal)) is not { } line) continue;
            return line.Contains("[activated enabled]", StringComparison.Ordinal) ? FactReading.Pass($"{name} is active", source) : FactReading.Fail($"{name} is installed, and not active", source);
        }

        return FactReading.Unknown("no product is installed that is known here", source);
    }
}
