using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;
using Doorward.Core.Applications;

namespace Doorward.Core.Upstreams;

/// <summary>
/// Which addresses an upstream may have, asked after name resolution, at the moment of the connection: a name that was harmless when
/// it was configured may point elsewhere by now.
/// </summary>
public sealed class AddressRules
{
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
        var address = SpecialAddresses.Unwrap(endpoint.Address);
        if (_ownPorts.Contains(endpoint.Port) && IsThisMachine(address)) return "one of our own ports";
        if (allowSpecial) return null;
        if (IPAddress.IsLoopback(address)) return _allowLoopback ? null : "loopback";
        return SpecialAddresses.Describe(address);
    }

    private static bool IsThisMachine(IPAddress address) => IPAddress.IsLoopback(address)
        || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
        || NetworkInterface.GetAllNetworkInterfaces().Any(network =>
            network.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(address)));
}
