using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>What stands before the first byte to a target that wants to know who connects: PROXY protocol, version 2 (HAProxy's proxy-protocol.txt, section 2.2).</summary>
internal static class ProxyHeader
{
    private const byte ProxyVersion2 = 0x21;
    private const byte StreamOverIPv4 = 0x11;
    private const byte StreamOverIPv6 = 0x21;

    // Section 2.2.7: for the application's own use. The person's name, in UTF-8.
    private const byte User = 0xE0;
    private const int LongestUser = 256;

    private static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>Null when the addresses cannot be read.</summary>
    public static byte[]? Write(ProxiedClient client)
    {
        if (!IPAddress.TryParse(client.Address, out var from) || !IPAddress.TryParse(client.Local, out var to)) return null;
        var isIPv4 = from.AddressFamily == AddressFamily.InterNetwork && to.AddressFamily == AddressFamily.InterNetwork;
        if (!isIPv4) (from, to) = (from.MapToIPv6(), to.MapToIPv6());
        var user = Encoding.UTF8.GetBytes(client.User);
        if (user.Length > LongestUser) return null;
        byte[] body = [.. from.GetAddressBytes(), .. to.GetAddressBytes(), .. Number(client.Port), .. Number(client.LocalPort), User, .. Number(user.Length), .. user];
        return [.. Signature, ProxyVersion2, isIPv4 ? StreamOverIPv4 : StreamOverIPv6, .. Number(body.Length), .. body];
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
