using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Routing;

namespace Doorward.Gateway.Feed;

/// <summary>Hands a new route table to those that serve by it; upstreams first, so that no host is routed before it has any.</summary>
internal sealed class RouteFollower(Routes routes, UpstreamPools pools)
{
    public void Follow(RouteTable table)
    {
        if (ReferenceEquals(table, routes.Current))
            return;
        pools.Replace(table);
        routes.Replace(table);
    }
}
