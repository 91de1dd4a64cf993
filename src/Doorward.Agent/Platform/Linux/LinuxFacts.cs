using System.Collections.Immutable;
using Doorward.Agent.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>The facts of a Linux machine, a reader each.</summary>
internal static class LinuxFacts
{
    public static ImmutableArray<IFactReader> Readers() =>
    [
        new OsSupportedReader(),
        new OsCurrentReader(),
        new CachedReader(new SecurityUpdatesReader(), DebianPackages.Inputs),
        new AutomaticUpdatesReader(),
        new RebootDoneReader(),
        new DiskEncryptionReader(),
        new SwapEncryptionReader(),
        new FirewallReader(),
        new ScreenLockReader(),
        new AutomaticLoginReader(),
        new ProtectionReader(ProtectionProducts.Antivirus),
        new ProtectionReader(ProtectionProducts.EndpointDetection),
        new SecureBootReader(),
        new TpmPresenceReader(),
        new KernelLockdownReader(),
        new MandatoryAccessControlReader(),
        new KernelModulesReader(),
        new MemoryProtectionReader(),
        new CpuMitigationsReader(),
        new DmaProtectionReader(),
        new SshReader("/etc/ssh"),
        new TimeSyncReader(),
        new PasswordsSetReader(),
        new SudoReader(),
        new PackageSourcesReader(),
    ];
}
