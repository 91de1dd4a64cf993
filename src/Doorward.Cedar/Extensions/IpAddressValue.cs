using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Doorward.Cedar;

/// <summary>An IPv4 or IPv6 address with a prefix length: one address when the prefix is full, else a range.</summary>
public sealed record IpAddressValue : CedarValue
{
    private static readonly IpAddressValue LoopbackV4 = new(false, (UInt128)127 << 24, 8);
    private static readonly IpAddressValue LoopbackV6 = new(true, 1, 128);
    private static readonly IpAddressValue MulticastV4 = new(false, (UInt128)224 << 24, 4);
    private static readonly IpAddressValue MulticastV6 = new(true, (UInt128)0xff << 120, 8);

    internal IpAddressValue(bool isIpv6, UInt128 address, int prefix) => (IsIpv6, Address, Prefix) = (isIpv6, address, prefix);

    /// <summary>Whether it is an IPv6 address; it is an IPv4 address otherwise.</summary>
    public bool IsIpv6 { get; }

    /// <summary>The length of the prefix in bits: 32 or 128 for one address.</summary>
    public int Prefix { get; }

    /// <summary>Whether the whole range is loopback (127.0.0.0/8 or ::1).</summary>
    public bool IsLoopback => IsInRange(IsIpv6 ? LoopbackV6 : LoopbackV4);

    /// <summary>Whether the whole range is multicast (224.0.0.0/4 or ff00::/8).</summary>
    public bool IsMulticast => IsInRange(IsIpv6 ? MulticastV6 : MulticastV4);

    /// <inheritdoc/>
    public override string TypeName => "ipaddr";

    internal UInt128 Address { get; }

    internal string Text => IpAddressText.Write(this);

    private int Width => IsIpv6 ? 128 : 32;

    /// <summary>Reads <c>10.0.0.1</c>, <c>10.0.0.0/8</c>, <c>2001:db8::1</c> or <c>2001:db8::/32</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IpAddressValue? value)
    {
        value = text is null ? null : IpAddressText.Read(text);
        return value is not null;
    }

    /// <summary>
    /// The Cedar value of a socket's address. An IPv4 address in IPv6 clothes (<c>::ffff:10.0.0.1</c>) becomes the IPv4 address,
    /// so that a policy on 10.0.0.0/8 means the same on a dual-stack listener.
    /// </summary>
    public static IpAddressValue From(IPAddress address) => From(address, null);

    /// <summary>The Cedar value of a network.</summary>
    public static IpAddressValue From(IPNetwork network) => From(network.BaseAddress, network.PrefixLength);

    /// <summary>Whether every address of this range lies in the other. Different families never do.</summary>
    public bool IsInRange(IpAddressValue other)
    {
        if (IsIpv6 != other.IsIpv6 || Prefix < other.Prefix) return false;
        // A shift by the full width of UInt128 would be a shift by nothing, so the empty prefix is asked first.
        return other.Prefix == 0 || (Address ^ other.Address) >> (Width - other.Prefix) == 0;
    }

    private static IpAddressValue From(IPAddress address, int? prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return new IpAddressValue(false, BinaryPrimitives.ReadUInt32BigEndian(bytes), prefix ?? 32);
        if (address.IsIPv4MappedToIPv6 && prefix is null or >= 96)
            return new IpAddressValue(false, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), (prefix ?? 128) - 96);
        return new IpAddressValue(true, BinaryPrimitives.ReadUInt128BigEndian(bytes), prefix ?? 128);
    }
}
