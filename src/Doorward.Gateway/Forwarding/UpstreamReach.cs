using System.Net;
using System.Net.Security;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Doorward.Core.Upstreams;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Tunnels;

namespace Doorward.Gateway.Forwarding;

/// <summary>How upstreams are reached: from here, or through the application's connector, which looks names up where it is.</summary>
internal sealed class UpstreamReach(AddressRules addresses, Connectors connectors, StateCell cell, TimeProvider clock)
{
    public UpstreamDialer DialerOf(ApplicationDefinition definition, SslClientAuthenticationOptions tls) => definition.Connector is null
        ? new UpstreamDialer(addresses, definition.AllowSpecialAddresses, tls)
        : new UpstreamDialer((endpoint, ct) => ThroughConnectorAsync(definition, endpoint, ct), tls);

    // A request may still have the upstreams of a definition that was replaced: its hosts are not those of another connector.
    private async Task<Stream> ThroughConnectorAsync(ApplicationDefinition definition, DnsEndPoint endpoint, CancellationToken ct)
    {
        if (!cell.Current.Applications.TryGetValue(definition.Name, out var application) || application.Definition.Connector != definition.Connector)
            throw new IOException("The application has another connector by now.");
        var target = new TunnelTarget(endpoint.Host.ToLowerInvariant(), [new PortRange(endpoint.Port, endpoint.Port)]);
        var (far, close) = await connectors.OpenAsync(application, target, null, ct);
        return far is null ? throw new UnreachedException(close!) : new ConnectorConnection(far, clock);
    }
}
