using System.Net;
using System.Net.Sockets;

namespace Doorward.Core.Applications;

/// <summary>
/// Addresses that an upstream must not have unless the operator says so: whoever may define applications could
/// otherwise read a cloud machine's credentials through the gateway. Asked at publication for literals, and by the
/// gateway for what names resolve to.
/// </summary>
public static class SpecialAddresses
{
    private static readonly IPAddress AmazonMetadata6 = IPAddress.Parse("fd00:ec2::254");
    private static readonly IPAddress AlibabaMetadata = IPAddress.Parse("100.100.100.200");
    private static readonly IPAddress OracleMetadata = IPAddress.Parse("192.0.0.192");
    private static readonly IPAddress AzureWireServer = IPAddress.Parse("168.63.129.16");
    private static readonly IPNetwork ThisNetwork = IPNetwork.Parse("0.0.0.0/8");
    private static readonly IPNetwork LinkLocal = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPNetwork MulticastAndReserved = IPNetwork.Parse("224.0.0.0/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private static readonly string[] MetadataNames =
        ["metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"];

    /// <summary>Whether an address is link-local, metadata, unspecified, multicast or broadcast, also when wrapped in IPv6.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = Unwrap(address);
        if (plain.AddressFamily == AddressFamily.InterNetwork)
        {
            return ThisNetwork.Contains(plain) || LinkLocal.Contains(plain) || MulticastAndReserved.Contains(plain)
                || plain.Equals(AlibabaMetadata) || plain.Equals(OracleMetadata) || plain.Equals(AzureWireServer);
        }

        return plain.IsIPv6LinkLocal || plain.IsIPv6Multicast || plain.Equals(IPAddress.IPv6Any) || plain.Equals(AmazonMetadata6);
    }

    /// <summary>Whether a host name is one under which clouds serve their metadata.</summary>
    public static bool IsMetadataName(string host) =>
        MetadataNames.Contains(host.TrimEnd('.'), StringComparer.OrdinalIgnoreCase);

    // IPv4-mapped and NAT64 forms reach the same machine as the IPv4 address inside.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address)
            ? new IPAddress(address.GetAddressBytes().AsSpan(12))
            : address;
    }
}
