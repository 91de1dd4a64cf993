using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Doorward.Core.Devices.Posture;

/// <summary>The vocabulary of posture: a closed list, so that a rule on a fact that nobody reads is found when it is written.</summary>
public static class FactNames
{
    public const string OsSupported = "osSupported";
    public const string OsCurrent = "osCurrent";
    public const string SecurityUpdates = "securityUpdates";
    public const string AutomaticUpdates = "automaticUpdates";
    public const string RebootDone = "rebootDone";
    public const string DiskEncryption = "diskEncryption";
    public const string SwapEncryption = "swapEncryption";
    public const string Firewall = "firewall";
    public const string ScreenLock = "screenLock";
    public const string AutomaticLoginOff = "automaticLoginOff";
    public const string Antivirus = "antivirus";
    public const string EndpointDetection = "endpointDetection";
    public const string SecureBoot = "secureBoot";
    public const string Tpm = "tpm";
    public const string KernelLockdown = "kernelLockdown";
    public const string MandatoryAccessControl = "mandatoryAccessControl";
    public const string KernelModulesSigned = "kernelModulesSigned";
    public const string MemoryProtection = "memoryProtection";
    public const string CpuMitigations = "cpuMitigations";
    public const string DmaProtection = "dmaProtection";
    public const string SshHardened = "sshHardened";
    public const string TimeSync = "timeSync";
    public const string PasswordsSet = "passwordsSet";
    public const string ElevationAsks = "elevationAsks";
    public const string PackageSourcesSigned = "packageSourcesSigned";

    public static ImmutableArray<FactDefinition> All { get; } =
    [
        new(OsSupported, "The operating system still gets updates", "Upgrade to a release that its vendor supports."),
        new(OsCurrent, "The operating system has its newest point release", "Install the updates that are offered."),
        new(SecurityUpdates, "No security updates wait", "Install the updates that are offered."),
        new(AutomaticUpdates, "Security updates install themselves", "Turn automatic updates on."),
        new(RebootDone, "No update waits for a restart", "Restart this machine."),
        new(DiskEncryption, "The system's disk is encrypted", "Turn disk encryption on (LUKS, BitLocker, FileVault)."),
        new(SwapEncryption, "Memory that is swapped out is encrypted", "Put swap on an encrypted volume, or turn it off."),
        new(Firewall, "A firewall refuses what was not asked for", "Turn the firewall on."),
        new(ScreenLock, "The screen locks by itself", "Turn the screen lock on, with a password."),
        new(AutomaticLoginOff, "Nobody is logged in without a password", "Turn automatic login off."),
        new(Antivirus, "An antivirus runs", "Start the antivirus of your organisation."),
        new(EndpointDetection, "An endpoint detection sensor runs", "Start the sensor of your organisation, or have it installed."),
        new(SecureBoot, "Only signed software starts the machine", "Turn Secure Boot on in the firmware."),
        new(Tpm, "A TPM 2.0 or secure enclave is in use", "Turn the TPM on in the firmware."),
        new(KernelLockdown, "Even administrators cannot change the running kernel", "Turn kernel lockdown, memory integrity or system integrity protection on."),
        new(MandatoryAccessControl, "Programs are confined by the system's policy", "Turn SELinux or AppArmor on, or Gatekeeper or Smart App Control."),
        new(KernelModulesSigned, "No unsigned module is in the kernel", "Remove modules without a signature, and restart."),
        new(MemoryProtection, "The kernel's protections of memory and links are on", "Undo the sysctl settings that turn them off."),
        new(CpuMitigations, "The processor's known flaws are mitigated", "Update firmware and kernel; remove mitigations=off."),
        new(DmaProtection, "Devices reach only the memory that is theirs", "Turn the IOMMU (VT-d, AMD-Vi) on in the firmware."),
        new(SshHardened, "The SSH server takes keys only", "Set PasswordAuthentication no and PermitRootLogin no in sshd_config."),
        new(TimeSync, "The clock is kept right", "Turn time synchronisation on."),
        new(PasswordsSet, "No account has an empty password", "Set a password for it, or lock it."),
        new(ElevationAsks, "Becoming administrator asks for a password", "Remove NOPASSWD from sudoers, or turn User Account Control on."),
        new(PackageSourcesSigned, "Packages install only with a signature", "Remove trusted=yes and gpgcheck=0 from package sources."),
    ];

    private static readonly FrozenDictionary<string, FactDefinition> ByName = All.ToFrozenDictionary(static fact => fact.Name);

    public static FactDefinition? Find(string name) => ByName.GetValueOrDefault(name);
}
