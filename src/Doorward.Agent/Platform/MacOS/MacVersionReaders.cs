using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.MacOS;

internal static class MacVersion
{
    public const string Source = "/System/Library/CoreServices/SystemVersion.plist";

    public static string? Read(Machine machine) => PropertyList.Read(machine, Source)?.GetValueOrDefault("ProductVersion");
}

internal sealed class MacSupportedReader : IFactReader
{
    public string Fact => FactNames.OsSupported;

    public FactReading Read(Machine machine) => MacVersion.Read(machine) is { } version
        ? SupportReading.Of($"macOS {version}", OsLifecycle.Find("macos", version), countsExtended: false, machine.Today, MacVersion.Source)
        : FactReading.Unknown("no version", MacVersion.Source);
}

internal sealed class MacCurrentReader : IFactReader
{
    public string Fact => FactNames.OsCurrent;

    public FactReading Read(Machine machine)
    {
        if (MacVersion.Read(machine) is not { } version) return FactReading.Unknown("no version", MacVersion.Source);
        return OsLifecycle.Find("macos", version)?.Latest is { } latest && TextFiles.CompareVersions(version, latest) is { } order
            ? FactReading.Of(order >= 0, $"{version}, newest known {latest}", MacVersion.Source)
            : FactReading.Unknown($"{version} is not known here", MacVersion.Source);
    }
}
