using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsFirewallReader : IFactReader
{
    private const string Settings = @"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy";
    private const string ByPolicy = @"SOFTWARE\Policies\Microsoft\WindowsFirewall";
    private const string Service = @"SYSTEM\CurrentControlSet\Services\MpsSvc";
    private static readonly (string Name, string Setting)[] Profiles = [("domain", "DomainProfile"), ("private", "StandardProfile"), ("public", "PublicProfile")];

    public string Fact => FactNames.Firewall;

    public FactReading Read(Machine machine)
    {
        const string source = @"HKLM\" + Settings;
        const string disabled = "4";
        if (machine.Registry.Read(Service, "Start") == disabled) return FactReading.Fail("its service is disabled", @"HKLM\" + Service);
        // A policy's word comes before the machine's own.
        var states = Profiles.Select(profile => (profile.Name, State: machine.Registry.Read($@"{ByPolicy}\{profile.Setting}", "EnableFirewall")
            ?? machine.Registry.Read($@"{Settings}\{profile.Setting}", "EnableFirewall"))).ToList();
        var off = states.Where(static state => state.State == "0").Select(static state => state.Name).ToList();
        if (off.Count > 0) return FactReading.Fail($"firewall is off for {string.Join(", ", off)} networks", source);
        return states.TrueForAll(static state => state.State == "1") ? FactReading.Pass("on for all networks", source) : FactReading.Unknown("the registry does not say", source);
    }
}
