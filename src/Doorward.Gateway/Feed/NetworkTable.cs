using System.Collections.Immutable;
using System.Net;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>Named address ranges at one revision.</summary>
internal sealed class NetworkTable
{
    public static readonly NetworkTable Empty = new([]);

    private readonly ImmutableSortedDictionary<string, ImmutableArray<IPNetwork>> _networks;

    private NetworkTable(IEnumerable<KeyValuePair<string, ImmutableArray<IPNetwork>>> networks) =>
        _networks = networks.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static NetworkTable Of(IEnumerable<NetworkState> networks) => new(networks.Select(Compile));

    public NetworkTable With(IReadOnlyCollection<NetworkState> put, IReadOnlyCollection<string> removed) =>
        put.Count == 0 && removed.Count == 0 ? this : new(_networks.RemoveRange(removed).SetItems(put.Select(Compile)));

    /// <summary>The names of the networks that hold an address, sorted ordinally. An IPv4-mapped address counts as the IPv4 one.</summary>
    public ImmutableArray<string> Match(IPAddress address)
    {
        if (_networks.IsEmpty)
            return [];
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        ImmutableArray<string>.Builder? names = null;
        foreach (var (name, ranges) in _networks)
        {
            foreach (var range in ranges)
            {
                if (!range.Contains(plain))
                    continue;
                (names ??= ImmutableArray.CreateBuilder<string>()).Add(name);
                break;
            }
        }

        return names?.ToImmutable() ?? [];
    }

    /// <summary>A range that cannot be read matches nothing: unknown never satisfies a policy.</summary>
    private static KeyValuePair<string, ImmutableArray<IPNetwork>> Compile(NetworkState network)
    {
        var ranges = ImmutableArray.CreateBuilder<IPNetwork>(network.Ranges.Count);
        foreach (var text in network.Ranges)
        {
            if (IPNetwork.TryParse(text, out var range))
                ranges.Add(range);
            else if (IPAddress.TryParse(text, out var single))
                ranges.Add(new IPNetwork(single, single.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128));
        }

        return KeyValuePair.Create(network.Name, ranges.ToImmutable());
    }
}
