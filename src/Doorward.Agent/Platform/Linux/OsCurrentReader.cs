using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class OsCurrentReader : IFactReader
{
    private const string DebianVersion = "/etc/debian_version";

    public string Fact => FactNames.OsCurrent;

    public FactReading Read(Machine machine)
    {
        if (LinuxRelease.Read(machine.Files) is not { } release) return FactReading.Unknown("no os-release", LinuxRelease.Source);
        // Debian and Alpine have their point release in a file of its own; of others the version has it, or nobody.
        var (version, source) = release.Product == "debian"
            ? (machine.Files.ReadLine(DebianVersion) ?? "", DebianVersion)
            : (release.Version, LinuxRelease.Source);
        if (OsLifecycle.Find(release.Product, version) is not { Latest: { } latest } known || latest == known.Release || version == known.Release)
            return FactReading.Unknown($"{release.Name} does not say its point release", source);
        return TextFiles.CompareVersions(version, latest) is { } order
            ? FactReading.Of(order >= 0, $"{version}, newest known {latest}", source)
            : FactReading.Unknown($"{version} cannot be compared with {latest}", source);
    }
}
