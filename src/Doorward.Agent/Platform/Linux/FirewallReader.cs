using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>
/// Whether packets that nobody asked for are refused at the input hook, for IPv4 and for IPv6. What a firewall's settings say does not count; what the kernel does, does.
/// </summary>
internal sealed class FirewallReader : IFactReader
{
    private const string Source = "nft list ruleset";

    public string Fact => FactNames.Firewall;

    public FactReading Read(Machine machine)
    {
        if (machine.Questions.Ask("nft", "-j", "list", "ruleset") is not { } answer) return FactReading.Unknown("nft is not installed", Source);
        if (answer.Good is not { } text) return FactReading.Unknown("nft may not list the rules", Source);
        if (NftRuleset.Parse(text) is not { } rules) return FactReading.Unknown("the rules cannot be read", Source);
        var hasIp6 = TextFiles.Lines(machine.Files.ReadText("/proc/net/if_inet6")).Any(static line => !line.EndsWith(" lo", StringComparison.Ordinal));
        return (rules.Refuses("ip"), !hasIp6 || rules.Refuses("ip6")) switch
        {
            (true, true) => FactReading.Pass("input is closed", Source),
            (true, false) => FactReading.Fail("input is open for IPv6", Source),
            (false, _) when machine.Files.ReadText("/proc/net/ip_tables_names") is { Length: > 0 } => FactReading.Unknown("there are rules of the older iptables", Source),
            _ => FactReading.Fail("firewall is off: no chain refuses input", Source),
        };
    }
}
