using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class MandatoryAccessControlReader : IFactReader
{
    private const string Selinux = "/sys/fs/selinux/enforce";
    private const string Apparmor = "/sys/module/apparmor/parameters/enabled";
    private const string Profiles = "/sys/kernel/security/apparmor/profiles";

    public string Fact => FactNames.MandatoryAccessControl;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.ReadLine(Selinux) is { } enforces)
            return FactReading.Of(enforces == "1", enforces == "1" ? "SELinux enforces" : "SELinux is permissive", Selinux);
        if (machine.Files.ReadLine(Apparmor) is not { } enabled) return FactReading.Unknown("neither SELinux nor AppArmor is in the kernel", Apparmor);
        if (enabled != "Y") return FactReading.Fail("AppArmor is off", Apparmor);
        if (machine.Files.ReadText(Profiles) is not { } profiles) return FactReading.Unknown("AppArmor is on, its profiles cannot be read", Profiles);
        var enforced = TextFiles.Lines(profiles).Count(static line => line.EndsWith("(enforce)", StringComparison.Ordinal));
        return FactReading.Of(enforced > 0, $"AppArmor enforces {enforced} profiles", Profiles);
    }
}
