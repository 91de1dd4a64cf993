using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// Where our own parts listen on this machine, as it is reached from others. Connectors are told: what they find behind a name may be this
/// machine by an address that no name of ours leads to.
/// </summary>
/// <param name="ports">Of our parts.</param>
/// <param name="addresses">Of this machine, at the moment.</param>
/// <param name="clock">Addresses come and go.</param>
internal sealed class OwnEndpoints(ImmutableArray<int> ports, Func<IEnumerable<IPAddress>> addresses, TimeProvider clock)
{
    // An order has place for that.
    private const int Most = 128;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private Known? _known;

    public static OwnEndpoints Of(GatewayOptions options, TimeProvider clock) => new(options.OwnPorts, OfThisMachine, clock);

    /// <summary>As <see cref="IPEndPoint"/>s are written.</summary>
    public IReadOnlyList<string> List()
    {
        if (Volatile.Read(ref _known) is { } known && clock.GetElapsedTime(known.At) < Fresh) return known.Endpoints;
        var found = addresses().Distinct().SelectMany(address => ports.Distinct().Select(port => new IPEndPoint(address, port).ToString())).Take(Most);
        Volatile.Write(ref _known, known = new Known([.. found], clock.GetTimestamp()));
        return known.Endpoints;
    }

    // Loopback and link-local addresses are refused for being that.
    private static IEnumerable<IPAddress> OfThisMachine() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(static network => network.GetIPProperties().UnicastAddresses)
        .Select(static unicast => unicast.Address)
        .Where(static address => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal);

    private sealed record Known(ImmutableArray<string> Endpoints, long At);
}
