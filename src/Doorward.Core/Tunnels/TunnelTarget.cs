using System.Collections.Immutable;
using System.Globalization;

namespace Doorward.Core.Tunnels;

/// <summary>What a tunnel may reach: a host as its connector resolves it, and ports.</summary>
/// <param name="Host">A lower-case DNS name or an address.</param>
public sealed record TunnelTarget(string Host, ImmutableArray<PortRange> Ports)
{
    /// <summary>In what is asked for: the one host that has the port.</summary>
    public const string AnyHost = "*";

    public bool Holds(string host, int port) => Host == host && Ports.Any(range => range.Holds(port));

    /// <summary>As it is asked for: <c>HOST:PORT</c>, an IPv6 address in brackets. The host comes out lower-case; nothing is looked up.</summary>
    public static bool TryRead(string text, out string host, out int port)
    {
        const int longestName = 253;
        var colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon].ToLowerInvariant() : "";
        port = 0;
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return false;
        return host.Length is > 0 and <= longestName && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535;
    }

    public override string ToString() => $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{string.Join(',', Ports)}";
}

/// <param name="First">1 to 65535.</param>
/// <param name="Last">Not less than the first.</param>
public readonly record struct PortRange(int First, int Last)
{
    public bool Holds(int port) => port >= First && port <= Last;

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}

/// <summary>How long the tunnels of an application may last; null for no bound of its own.</summary>
/// <param name="Idle">Without a byte either way.</param>
/// <param name="Longest">From its opening, whatever passes.</param>
public sealed record TunnelLimits(TimeSpan? Idle = null, TimeSpan? Longest = null);

/// <summary>SSH by certificates of ours.</summary>
/// <param name="Principals">Login names that certificates may carry, each asked of policy; <c>{user}</c> stands for the person's own name.</param>
/// <param name="Lifetime">Of a certificate.</param>
public sealed record SshDefinition(ImmutableArray<string> Principals, TimeSpan Lifetime);
