using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Doorward.Core.Applications;

namespace Doorward.Core.Tunnels;

/// <summary>Targets as operators write them: <c>db.internal:5432</c>, <c>10.1.2.3:1-5,9</c>, <c>[2001:db8::5]:22</c>.</summary>
public static class TunnelTargetText
{
    public const int MostRanges = 64;
    private const int LongestText = 1024;
    private const string Example = "write it as host:port, host:8000-8010 or host:80,443";

    /// <summary>The target behind a text, or what is wrong with it.</summary>
    public static TunnelTarget? Read(string text, string field, ICollection<RuleViolation> violations)
    {
        var (target, problem) = Parse(text);
        if (target is null) violations.Add(new(field, $"'{Shown.Text(text)}' {problem}", Example));
        return target;
    }

    public static string Format(TunnelTarget target)
    {
        var host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        return $"{host}:{string.Join(',', target.Ports)}";
    }

    private static (TunnelTarget? Target, string Problem) Parse(string text)
    {
        if (text.Length > LongestText) return (null, "is longer than any target");
        var colon = text.LastIndexOf(':');
        if (colon < 0) return (null, "has no port");
        var (host, wrong) = ReadHost(text[..colon]);
        if (host is null) return (null, wrong);
        var (ports, problem) = ReadPorts(text[(colon + 1)..]);
        return problem.Length > 0 ? (null, problem) : (new TunnelTarget(host, ports), "");
    }

    private static (string? Host, string Problem) ReadHost(string text)
    {
        if (text is ['[', .. var inner, ']'])
        {
            return IPAddress.TryParse(inner, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 && six.ScopeId == 0 && !inner.Contains('%', StringComparison.Ordinal)
                ? six.IsIPv4MappedToIPv6 ? (null, "is an IPv4 address in IPv6 clothes") : (six.ToString(), "")
                : (null, "has no IPv6 address in its brackets");
        }

        if (text.Contains(':', StringComparison.Ordinal)) return (null, "has an IPv6 address without brackets, or two ports");
        if (text.StartsWith("*.", StringComparison.Ordinal)) return (null, "has a wildcard where one host is expected");

        // Only in the form in which every reader reads it alike: 010.1 and 0x0a000001 are addresses too.
        if (IPAddress.TryParse(text, out var four)) return four.ToString() == text ? (text, "") : (null, "is no address in its usual form");
        return HostNames.TryNormalize(text, out var host, out var problem) ? (host, "") : (null, problem);
    }

    private static (ImmutableArray<PortRange> Ports, string Problem) ReadPorts(string text)
    {
        var parts = text.Split(',');
        if (parts.Length > MostRanges) return ([], $"has more than {MostRanges} ranges of ports");
        var ports = ImmutableArray.CreateBuilder<PortRange>(parts.Length);
        foreach (var part in parts)
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (ReadPort(dash < 0 ? part : part[..dash]) is not { } first || ReadPort(dash < 0 ? part : part[(dash + 1)..]) is not { } last)
                return ([], "has a port that is not a number of 1 to 65535");
            if (first > last) return ([], $"has the range {first}-{last}, which ends before it begins");
            ports.Add(new PortRange(first, last));
        }

        ports.Sort(static (one, other) => one.First.CompareTo(other.First));
        for (var i = 1; i < ports.Count; i++)
        {
            if (ports[i].First <= ports[i - 1].Last) return ([], $"names port {ports[i].First} twice");
        }

        return (ports.ToImmutable(), "");
    }

    private static int? ReadPort(string text) =>
        text.Length is > 0 and <= 5 && text[0] != '0' && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue ? port : null;
}
