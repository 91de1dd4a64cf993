using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>The web certificates that gateways say they serve now, each with a key that only it has.</summary>
public sealed class HeldCertificates(ConnectedGateways connected)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<HostCertificateHeld>> _gateways = new(StringComparer.Ordinal);

    /// <summary>Of the gateways that are connected: what one that is away serves, nobody knows.</summary>
    public IEnumerable<(string Gateway, HostCertificateHeld Certificate)> List()
    {
        var here = connected.List().Select(static gateway => gateway.Name).ToHashSet(StringComparer.Ordinal);
        return _gateways.Where(held => here.Contains(held.Key)).SelectMany(static held => held.Value.Select(certificate => (held.Key, certificate)));
    }

    internal void Report(string gateway, HostCertificatesHeld held) => _gateways[gateway] = [.. held.Certificates];
}
