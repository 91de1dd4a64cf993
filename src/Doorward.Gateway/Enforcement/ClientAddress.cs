using System.Net;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>Where a request comes from: the other end of its connection, never a header.</summary>
internal static class ClientAddress
{
    public static IPAddress Of(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => IPAddress.None,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4(),
        { } address => address,
    };
}
