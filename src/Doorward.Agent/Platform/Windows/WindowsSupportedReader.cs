using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsSupportedReader : IFactReader
{
    private const string Key = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion";

    public string Fact => FactNames.OsSupported;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + Key;
        if (machine.Registry.Read(Key, "CurrentBuild") is not { } build) return FactReading.Unknown("not set", source);
        var edition = machine.Registry.Read(Key, "EditionID") ?? "";
        var isServer = machine.Registry.Read(Key, "InstallationType") is "Server" or "Server Core";
        var name = $"{machine.Registry.Read(Key, "ProductName") ?? "Windows"} {machine.Registry.Read(Key, "DisplayVersion")} ({build}.{machine.Registry.Read(Key, "UBR")}, {edition})";
        var releases = OsLifecycle.Of(isServer ? "windows-server" : "windows").Where(release => release.Latest?.EndsWith($".{build}", StringComparison.Ordinal) == true).ToList();
        return SupportReading.Of(name, isServer ? releases.FirstOrDefault() : releases.Find(release => Fits(release.Release, edition)), countsExtended: false, machine.Today, source);
    }

    // Ends of life differ by edition: e Enterprise and Education, w Home and Pro, lts those with long-term servicing.
    private static bool Fits(string release, string edition)
    {
        if (edition.StartsWith("IoTEnterpriseS", StringComparison.Ordinal)) return release.EndsWith("-iot-lts", StringComparison.Ordinal);
        if (edition is "EnterpriseS" or "EnterpriseSN") return release.EndsWith("-e-lts", StringComparison.Ordinal);
        var isEnterprise = edition.StartsWith("Enterprise", StringComparison.Ordinal) || edition.StartsWith("Education", StringComparison.Ordinal);
        return release.EndsWith("-lts", StringComparison.Ordinal) ? false
            : release.EndsWith("-e", StringComparison.Ordinal) ? isEnterprise
            : !release.EndsWith("-w", StringComparison.Ordinal) || !isEnterprise;
    }
}
