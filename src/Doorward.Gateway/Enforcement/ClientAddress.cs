using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>Where a request comes from: the other end of its connection, never a header.</summary>
internal static class ClientAddress
{
    public static IPAddress Of(HttpContext context) => Plain(context.Connection.RemoteIpAddress);

    public static IPAddress Of(EndPoint? other) => Plain((other as IPEndPoint)?.Address);

    /// <summary>What one subscriber holds: an IPv4 address, or an IPv6 /64.</summary>
    public static string LineOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
        : address.ToString();

    private static IPAddress Plain(IPAddress? address) => address switch
    {
        null => IPAddress.None,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4(),
        _ => address,
    };
}
