using Doorward.Gateway.Connections;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tls;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// Takes the state that the request is judged on and finds the application in it. The sign-in host is forwarded from
/// here: it is where people become somebody, and judges for itself. <c>agent.</c> is no application either.
/// </summary>
internal sealed class DoorMiddleware(RequestDelegate next, StateCell cell, Lease lease, Forwarder forwarder, AnonymousTraffic anonymous, AgentHost agent)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Canonical();
        var route = request.Route!;
        var state = cell.Current;
        if (route.Kind is RouteKind.Agent or RouteKind.Auth && request.IsOwnPath)
            return DenialWriter.WriteAsync(context, RefusalPages.NotFound());

        // A control plane that is stopped takes connections and never answers: what is known is said at once.
        var isForwarded = route.Kind == RouteKind.Auth || (route.Kind == RouteKind.Agent && !AgentHost.IsServedHere(request.Path));
        if (isForwarded && !lease.Covers(state.Settings.StrictLease))
            return DenialWriter.WriteAsync(context, RefusalPages.ControlPlaneDown(route));
        if (route.Kind == RouteKind.Auth)
        {
            anonymous.Admit(context);
            return forwarder.ForwardAsync(context, request, ForwardedIdentity.OfClient(context.Features.Get<ClientHello>()?.Name), state.Routes.Headers);
        }

        if (route.Kind == RouteKind.Agent) return agent.ServeAsync(context, state, next);

        // Routes are replaced a moment apart from the state: a host that has just changed hands is nobody's for that moment.
        if (!state.Applications.TryGetValue(route.Name, out var application) || state.Routes.Find(request.Host)?.Name != route.Name)
            return DenialWriter.WriteAsync(context, RefusalPages.NotFound());
        context.Features.Set<IAccessFeature>(new AccessFeature(state, application));
        return next(context);
    }
}
