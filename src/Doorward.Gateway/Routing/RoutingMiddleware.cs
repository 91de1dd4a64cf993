using Doorward.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Routing;

/// <summary>Step 2: the host's application, and the refusals that depend on it. Afterwards <see cref="CanonicalRequest.Route"/> is set.</summary>
internal sealed class RoutingMiddleware(RequestDelegate next, Routes routes, RefusalWriter refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<CanonicalRequest>();
        request.RouteBy(routes.Current);
        return request.Refusal is { } refusal ? refusals.WriteAsync(context, refusal) : next(context);
    }
}
