using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Doorward.Core.Applications;

/// <summary>A range that no upstream may lie in unless its application allows special addresses.</summary>
public sealed record SpecialRange(IPNetwork Range, string What);

/// <summary>
/// Addresses that an upstream must not have unless the operator says so: whoever may define applications could
/// otherwise read a cloud machine's credentials through the gateway. Asked at publication for literals, and by the
/// gateway for what names resolve to, at the moment of the connection.
/// </summary>
public static class SpecialAddresses
{
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    private static readonly string[] MetadataNames =
        ["metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"];

    public static ImmutableArray<SpecialRange> Ranges { get; } =
    [
        new(IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        new(IPNetwork.Parse("::/128"), "unspecified"),
        new(IPNetwork.Parse("169.254.0.0/16"), "link-local, and metadata of most clouds"),
        new(IPNetwork.Parse("fe80::/10"), "link-local"),
        new(IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        new(IPNetwork.Parse("ff00::/8"), "multicast"),
        new(IPNetwork.Parse("240.0.0.0/4"), "reserved or broadcast"),
        new(IPNetwork.Parse("fd00:ec2::/32"), "metadata of Amazon"),
        new(IPNetwork.Parse("100.100.100.200/32"), "metadata of Alibaba"),
        new(IPNetwork.Parse("168.63.129.16/32"), "host services of Azure"),
        new(IPNetwork.Parse("192.0.0.192/32"), "metadata of Oracle"),
    ];

    /// <summary>What is special about an address, also when it is wrapped in IPv6; null when nothing is.</summary>
    public static string? Describe(IPAddress address)
    {
        var plain = Unwrap(address);
        foreach (var special in Ranges)
        {
            if (special.Range.BaseAddress.AddressFamily == plain.AddressFamily && special.Range.Contains(plain)) return special.What;
        }

        return null;
    }

    /// <summary>Whether a host name is one under which clouds serve their metadata.</summary>
    public static bool IsMetadataName(string host) =>
        MetadataNames.Contains(host.TrimEnd('.'), StringComparer.OrdinalIgnoreCase);

    /// <summary>The IPv4 address that travels inside an IPv6 address, which it does in four ways; any other address as it is.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (SixToFour.Contains(address)) return new IPAddress(bytes.AsSpan(2, 4));
        var embeds = Nat64.Contains(address) || (Compatible.Contains(address) && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.IPv6Any));
        return embeds ? new IPAddress(bytes.AsSpan(12, 4)) : address;
    }
}
