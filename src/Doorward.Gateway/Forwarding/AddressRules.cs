using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Doorward.Gateway.Forwarding;

/// <summary>A range that no upstream may lie in unless its application allows special addresses.</summary>
internal sealed record SpecialRange(IPNetwork Range, string What);

/// <summary>
/// Which addresses an upstream may have, asked after name resolution, at the moment of the connection: a name that was harmless when
/// it was configured may point elsewhere by now.
/// </summary>
internal sealed class AddressRules
{
    public static ImmutableArray<SpecialRange> Special { get; } =
    [
        new(IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        new(IPNetwork.Parse("::/128"), "unspecified"),
        new(IPNetwork.Parse("169.254.0.0/16"), "link-local, and metadata of most clouds"),
        new(IPNetwork.Parse("fe80::/10"), "link-local"),
        new(IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        new(IPNetwork.Parse("ff00::/8"), "multicast"),
        new(IPNetwork.Parse("255.255.255.255/32"), "broadcast"),
        new(IPNetwork.Parse("fd00:ec2::/32"), "metadata of Amazon"),
        new(IPNetwork.Parse("100.100.100.200/32"), "metadata of Alibaba"),
        new(IPNetwork.Parse("168.63.129.16/32"), "host services of Azure"),
        new(IPNetwork.Parse("192.0.0.192/32"), "metadata of Oracle"),
    ];

    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");

    private readonly FrozenSet<int> _ownPorts;
    private readonly bool _allowLoopback;

    /// <param name="ownPorts">Ports of our own parts on this machine; never upstreams.</param>
    /// <param name="allowLoopback">Operators name loopback upstreams explicitly, so that they are allowed unless switched off.</param>
    public AddressRules(IEnumerable<int> ownPorts, bool allowLoopback = true)
    {
        _ownPorts = ownPorts.ToFrozenSet();
        _allowLoopback = allowLoopback;
    }

    /// <summary>Null when the upstream may be dialled, otherwise what the address is.</summary>
    public string? Refuse(IPEndPoint endpoint, bool allowSpecial)
    {
        var address = Unwrap(endpoint.Address);
        if (_ownPorts.Contains(endpoint.Port) && IsThisMachine(address)) return "one of our own ports";
        if (allowSpecial) return null;
        if (IPAddress.IsLoopback(address)) return _allowLoopback ? null : "loopback";
        foreach (var special in Special)
        {
            if (special.Range.BaseAddress.AddressFamily == address.AddressFamily && special.Range.Contains(address)) return special.What;
        }

        return null;
    }

    // IPv4 travels inside IPv6 in four ways; what is refused plainly is refused in each.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (s_sixToFour.Contains(address)) return new IPAddress(bytes.AsSpan(2, 4));
        var embeds = s_nat64.Contains(address) || (s_compatible.Contains(address) && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.IPv6Any));
        return embeds ? new IPAddress(bytes.AsSpan(12, 4)) : address;
    }

    private static bool IsThisMachine(IPAddress address) => IPAddress.IsLoopback(address)
        || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
        || NetworkInterface.GetAllNetworkInterfaces().Any(network =>
            network.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(address)));
}
