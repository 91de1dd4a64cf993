using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Doorward.Agent.Control;
using Doorward.Core.Applications;

namespace Doorward.Agent.Connector;

/// <summary>Where the gateways are: every address that <c>agent.</c> has, or those that were named.</summary>
internal sealed class GatewayAddresses(ConnectorRecord record)
{
    private readonly Uri _agent = new(record.Agent);
    private ImmutableArray<DnsEndPoint> _known = [];
    private ImmutableArray<IPEndPoint> _dialled = [];

    /// <summary>As they are now; as they were when the name has no answer.</summary>
    public async Task<ImmutableArray<DnsEndPoint>> FindAsync(CancellationToken ct)
    {
        var named = record.Connect.Select(static text => PinnedTransport.ParseEndPoint(text)!).DefaultIfEmpty(new DnsEndPoint(_agent.IdnHost, _agent.Port)).ToArray();
        try
        {
            var found = new List<IPEndPoint>();
            foreach (var one in named) found.AddRange((await ResolveAsync(one.Host, ct)).Select(address => new IPEndPoint(SpecialAddresses.Unwrap(address), one.Port)));
            _dialled = [.. found.Distinct()];
            if (record.Connect.Length == 0) _known = [.. _dialled.Select(static address => new DnsEndPoint(address.Address.ToString(), address.Port)).OrderBy(static one => one.Host, StringComparer.Ordinal)];
        }
        catch (SocketException)
        {
            // A name server that is away takes no gateway away.
        }

        return record.Connect.Length == 0 ? _known : [.. named];
    }

    /// <summary>Whether that is where we dial: no target, unless its application says so.</summary>
    public bool IsGateway(IPEndPoint endpoint) =>
        _dialled.Contains(new IPEndPoint(SpecialAddresses.Unwrap(endpoint.Address), endpoint.Port));

    // RFC 6761 section 6.3; libc does not know that of *.localhost.
    private static Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) =>
        host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : Dns.GetHostAddressesAsync(host, ct);
}
