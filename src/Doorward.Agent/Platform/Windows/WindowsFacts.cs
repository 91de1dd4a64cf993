using System.Collections.Immutable;
using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

/// <summary>The facts of a Windows machine, most of them values of the registry. Preview: tried on trees that were written down, on no machine.</summary>
internal static class WindowsFacts
{
    private const string CurrentVersion = @"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    private const string Policies = @"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System";
    private const string Control = @"SYSTEM\CurrentControlSet\Control";

    public static ImmutableArray<IFactReader> Readers() =>
    [
        new WindowsSupportedReader(),
        new WindowsUpdatesReader(),
        new WindowsRebootReader(),
        new BitLockerReader(),
        new RegistryReader(FactNames.SwapEncryption, Control + @"\FileSystem", "NtfsEncryptPagingFile", Good: "1", Bad: "0"),
        new WindowsFirewallReader(),
        new WindowsScreenLockReader(),
        new RegistryReader(FactNames.AutomaticLoginOff, CurrentVersion + @"\Winlogon", "AutoAdminLogon", Good: "0", Bad: "1"),
        new DefenderReader(),
        new WindowsSensorReader(),
        new RegistryReader(FactNames.SecureBoot, Control + @"\SecureBoot\State", "UEFISecureBootEnabled", Good: "1", Bad: "0"),
        new WindowsTpmReader(),
        new RegistryReader(FactNames.KernelLockdown, Control + @"\DeviceGuard\Scenarios\HypervisorEnforcedCodeIntegrity", "Enabled", Good: "1", Bad: "0"),
        new RegistryReader(FactNames.MandatoryAccessControl, Control + @"\CI\Policy", "VerifiedAndReputablePolicyState", Good: "1", Bad: "0"),
        new RegistryReader(FactNames.KernelModulesSigned, Control + @"\CI\Config", "VulnerableDriverBlocklistEnable", Good: "1", Bad: "0"),
        new WindowsMitigationsReader(),
        new SshReader("/ProgramData/ssh"),
        new WindowsTimeReader(),
        new RegistryReader(FactNames.PasswordsSet, Control + @"\Lsa", "LimitBlankPasswordUse", Good: "1", Bad: "0"),
        new ElevationReader(Policies),
    ];
}

/// <summary>A fact that is one value of the registry. Any other value than these two, or none, is unknown.</summary>
internal sealed record RegistryReader(string Fact, string Key, string Value, string Good, string Bad) : IFactReader
{
    public FactReading Read(Machine machine)
    {
        var value = machine.Registry.Read(Key, Value);
        var source = $@"HKLM\{Key}\{Value}";
        if (value is null) return FactReading.Unknown("not set", source);
        return value == Good || value == Bad ? FactReading.Of(value == Good, value, source) : FactReading.Unknown($"{value} is not known here", source);
    }
}
