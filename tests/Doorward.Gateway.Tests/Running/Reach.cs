using Doorward.Core.Upstreams;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Tunnels;

namespace Doorward.Gateway.Tests.Running;

internal static class Reach
{
    /// <summary>Upstreams that are reached from here; no connector is known.</summary>
    public static UpstreamReach FromHere(TimeProvider time, AddressRules? addresses = null)
    {
        var cell = new StateCell(time);
        return new UpstreamReach(addresses ?? new AddressRules([]), new Connectors(cell, new OwnEndpoints([], static () => [], time), time), cell, time);
    }
}
