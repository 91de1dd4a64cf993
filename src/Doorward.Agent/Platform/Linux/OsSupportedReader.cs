using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class OsSupportedReader : IFactReader
{
    public string Fact => FactNames.OsSupported;

    public FactReading Read(Machine machine)
    {
        if (LinuxRelease.Read(machine.Files) is not { } release) return FactReading.Unknown("no os-release", LinuxRelease.Source);
        // Debian's long-term support is for everybody; others sell theirs.
        return SupportReading.Of(
            release.Name, OsLifecycle.Find(release.Product, release.Version), release.Product == "debian", machine.Today, LinuxRelease.Source);
    }
}
