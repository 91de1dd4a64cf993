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
        var outward = Outward(machine);
        return (rules.Refuses("ip", outward), !hasIp6 || rules.Refuses("ip6", outward)) switch
        {
            (true, true) => FactReading.Pass("input is closed", Source),
            (true, false) => FactReading.Fail("input is open for IPv6", Source),
            (false, _) when machine.Files.ReadText("/proc/net/ip_tables_names") is { Length: > 0 } => FactReading.Unknown("there are rules of the older iptables", Source),
            _ => FactReading.Fail("firewall is off: no chain refuses input", Source),
        };
    }

    // The interfaces of default routes, by which whoever is elsewhere comes.
    private static string[] Outward(Machine machine) =>
    [
        .. TextFiles.Lines(machine.Files.ReadText("/proc/net/route")).Select(Words).Where(static route => route is [_, "00000000", _, _, _, _, _, "00000000", ..]).Select(static route => route[0]),
        .. TextFiles.Lines(machine.Files.ReadText("/proc/net/ipv6_route")).Select(Words).Where(static route => route is [_, "00", .., not "lo"] && route[0].All(static digit => digit == '0'))
            .Select(static route => route[^1]),
    ];

    private static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
