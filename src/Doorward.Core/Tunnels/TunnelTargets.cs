using System.Collections.Immutable;
using Doorward.Core.Applications;

namespace Doorward.Core.Tunnels;

/// <summary>What an application's connector may be asked to reach.</summary>
public static class TunnelTargets
{
    /// <summary>The targets of a TCP application; of another one its upstreams, each a host and one port. Empty without a connector.</summary>
    public static ImmutableArray<TunnelTarget> Of(ApplicationDefinition application) => application switch
    {
        { Connector: null } => [],
        { Tcp: { IsEmpty: false } targets } => targets,
        _ => [.. application.Upstreams.Select(static upstream => Of(upstream.Address)).Distinct().Select(static one => new TunnelTarget(one.Host, [new PortRange(one.Port, one.Port)]))],
    };

    /// <summary>Host and port of an upstream as orders name them: without the brackets of IPv6.</summary>
    public static (string Host, int Port) Of(Uri upstream) => (upstream.IdnHost.Trim('[', ']').ToLowerInvariant(), upstream.Port);
}
