using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Doorward.Agent.Control;

namespace Doorward.Agent.Connector;

/// <summary>Where the gateways are: every address that <c>agent.</c> has, or those that were named.</summary>
internal sealed class GatewayAddresses(ConnectorRecord record)
{
    private readonly Uri _agent = new(record.Agent);
    private ImmutableArray<DnsEndPoint> _known = [];

    /// <summary>As they are now; as they were when the name has no answer.</summary>
    public async Task<ImmutableArray<DnsEndPoint>> FindAsync(CancellationToken ct)
    {
        if (record.Connect.Length > 0) return _known = [.. record.Connect.Select(static text => PinnedTransport.ParseEndPoint(text)!)];
        try
        {
            var addresses = await ResolveAsync(_agent.IdnHost, ct);
            _known = [.. addresses.Select(static address => address.ToString()).Distinct().Order(StringComparer.Ordinal).Select(address => new DnsEndPoint(address, _agent.Port))];
        }
        catch (SocketException)
        {
            // A name server that is away takes no gateway away.
        }

        return _known;
    }

    /// <summary>Whether that is where we dial: no target, unless its application says so.</summary>
    public bool IsGateway(IPEndPoint endpoint) =>
        _known.Any(one => one.Port == endpoint.Port && IPAddress.TryParse(one.Host, out var address) && address.Equals(endpoint.Address));

    // RFC 6761 section 6.3; libc does not know that of *.localhost.
    private static Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) =>
        host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : Dns.GetHostAddressesAsync(host, ct);
}
