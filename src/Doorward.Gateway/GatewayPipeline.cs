using Doorward.Gateway.Authentication;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tunnels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Gateway;

/// <summary>
/// The way of a request, in order. Each stage reads what the ones before it left in the request's features: the
/// <see cref="CanonicalRequest"/>, the <see cref="LiveConnection"/> and the <see cref="IAccessFeature"/>.
/// </summary>
internal static class GatewayPipeline
{
    public static void UseGateway(this IApplicationBuilder app)
    {
        app.UseMiddleware<ArrivalMiddleware>();          // the connection is no newcomer, and so many answers wait to be read
        app.UseMiddleware<CanonicalizationMiddleware>(); // one framing, one host, one path, or refused
        app.UseMiddleware<LookMiddleware>();             // the look of our own pages, for everyone and under every name
        app.UseMiddleware<RoutingMiddleware>();          // whose door it is
        app.UseMiddleware<CorsMiddleware>();             // preflights, as the application says
        app.UseMiddleware<DoorMiddleware>();             // the state it is judged on; the sign-in host leaves here, unjudged
        app.UseMiddleware<LiveConnectionMiddleware>();   // what can be cut from now on
        app.UseMiddleware<SessionMiddleware>();          // who asks
        app.UseMiddleware<TrafficMiddleware>();          // so many at a time of nobody's, and of one session's
        app.UseMiddleware<OwnPagesMiddleware>();         // our own pages below /.doorward/
        app.UseMiddleware<TunnelMiddleware>();           // whither a tunnel leads
        app.UseMiddleware<AccessMiddleware>();           // evidence, evaluation, grant, record; or why not
        app.Run(app.ApplicationServices.GetRequiredService<Departure>().ForwardAsync); // identity asserted, and on to the upstream, or through a tunnel
    }
}
