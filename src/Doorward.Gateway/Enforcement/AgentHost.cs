using Doorward.Core.Tunnels;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Tunnels;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// <c>agent.</c>: machines, by their certificates, and people's tunnels. Devices are the control plane's, connectors are known here; a
/// tunnel goes down the pipeline as a request for its application.
/// </summary>
internal sealed class AgentHost(DeviceTraffic devices, ConnectorDoor connectors)
{
    /// <summary>What goes on for as long as the lease of each application says: its tunnels, and the streams of connectors that carry them.</summary>
    public static bool IsServedHere(string path) =>
        path.StartsWith(TunnelPaths.Applications, StringComparison.Ordinal) || path == TunnelPaths.Orders || path.StartsWith(TunnelPaths.Streams, StringComparison.Ordinal);

    public Task ServeAsync(HttpContext context, GatewayState state, RequestDelegate next)
    {
        var request = context.Canonical();
        if (request.Path.StartsWith(TunnelPaths.Applications, StringComparison.Ordinal))
        {
            // Whether there is such an application is said to nobody who has not signed in: until then one is as good as another.
            var name = request.Path[TunnelPaths.Applications.Length..];
            context.Features.Set<IAccessFeature>(new AccessFeature(state, state.Applications.GetValueOrDefault(name) ?? GatewayApplication.Unknown(name)));
            return next(context);
        }

        return ConnectorDoor.IsFor(request.Path) ? connectors.ServeAsync(context, state) : devices.ForwardAsync(context, request, state.Routes.Headers);
    }
}
