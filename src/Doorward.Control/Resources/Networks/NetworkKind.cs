using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;

namespace Doorward.Control.Resources.Networks;

/// <summary>Named sets of address ranges.</summary>
internal sealed class NetworkKind : DocumentKind<NetworkSpec>
{
    private const string Fix = "write ranges as 10.0.0.0/8 or 2001:db8::/32";

    public override string Kind => ResourceKinds.Network;

    public override string Plural => "networks";

    protected override NetworkSpec ReadSpec(SpecReading reading)
    {
        var texts = reading.Spec.Texts("ranges");
        if (texts.IsEmpty) reading.Spec.Fail("ranges", "a network needs at least one range", Fix);
        var ranges = texts.Select((text, index) => ReadRange(reading.Spec, text, $"ranges[{index}]")).OfType<string>();
        var spec = new NetworkSpec { Ranges = [.. ranges.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
        reading.Spec.End();
        return spec;
    }

    protected override JsonObject WriteSpec(NetworkSpec spec) => new SpecWriter().Texts("ranges", spec.Ranges).Spec;

    protected override NetworkSpec FromJson(string json) => JsonSerializer.Deserialize<NetworkSpec>(json, JsonSerializerOptions.Web)!;

    protected override string ToJson(NetworkSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    private static string? ReadRange(SpecReader spec, string text, string field)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var digits = slash < 0 ? text : text[..slash];
        // IPAddress also reads 10.1 and 0x0a000001; two readers of one range must not differ.
        if (!IPAddress.TryParse(digits, out var address) || address.ScopeIdOf() != 0
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != digits))
        {
            spec.Fail(field, $"'{Shown.Text(text)}' is not an address range", Fix);
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (address.IsIPv4MappedToIPv6)
        {
            spec.Fail(field, $"'{Shown.Text(text)}' is an IPv4 address in IPv6 clothes", "write it as IPv4");
            return null;
        }

        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out length) || length > bits))
        {
            spec.Fail(field, $"'{Shown.Text(text)}' has no valid prefix length", $"write a number from 0 to {bits} behind the slash");
            return null;
        }

        var network = new IPNetwork(Mask(address, length), length);
        if (!network.BaseAddress.Equals(address))
        {
            spec.Fail(field, $"{address}/{length} names a machine, not a range", $"write {network}, or {address}/{bits} for that machine alone");
            return null;
        }

        return network.ToString();
    }

    private static IPAddress Mask(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}

file static class Addresses
{
    public static long ScopeIdOf(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
