using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.MacOS;

internal sealed class MacUpdatesReader(string settings) : IFactReader
{
    private static readonly TimeSpan OldestLook = TimeSpan.FromDays(7);

    public string Fact => FactNames.SecurityUpdates;

    public FactReading Read(Machine machine)
    {
        if (PropertyList.Read(machine, settings) is not { } values || !int.TryParse(values.GetValueOrDefault("LastRecommendedUpdatesAvailable"), out var waiting))
            return FactReading.Unknown("macOS does not say", settings);
        var hasLooked = DateTimeOffset.TryParse(values.GetValueOrDefault("LastSuccessfulDate"), null, System.Globalization.DateTimeStyles.AssumeUniversal, out var looked)
            && (machine.Time.GetUtcNow() - looked).Duration() <= OldestLook;
        return waiting > 0 ? FactReading.Fail($"{waiting} wait", settings) : hasLooked ? FactReading.Pass("none", settings) : FactReading.Unknown("macOS has not looked for a week", settings);
    }
}

internal sealed class MacAutomaticUpdatesReader(string settings) : IFactReader
{
    private static readonly string[] Needed = ["AutomaticCheckEnabled", "CriticalUpdateInstall"];

    public string Fact => FactNames.AutomaticUpdates;

    public FactReading Read(Machine machine)
    {
        if (PropertyList.Read(machine, settings) is not { } values) return FactReading.Unknown("macOS does not say", settings);
        var off = Needed.Where(name => values.GetValueOrDefault(name, "true") is not ("true" or "1")).ToList();
        return off.Count == 0 ? FactReading.Pass("on", settings) : FactReading.Fail($"off: {string.Join(", ", off)}", settings);
    }
}

internal sealed class MacAutomaticLoginReader(string settings) : IFactReader
{
    public string Fact => FactNames.AutomaticLoginOff;

    public FactReading Read(Machine machine)
    {
        if (PropertyList.Read(machine, settings) is not { } values) return FactReading.Unknown("macOS does not say", settings);
        return values.ContainsKey("autoLoginUser") ? FactReading.Fail("somebody is logged in by itself", settings) : FactReading.Pass("off", settings);
    }
}
