using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Connections;

/// <summary>
/// Gives the request a <see cref="LiveConnection"/> (a feature of that type) before anything is decided: a grant registers it first
/// and evaluates afterwards, so that no change can fall between the two.
/// </summary>
internal sealed class LiveConnectionMiddleware(RequestDelegate next, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<CanonicalRequest>();
        using var connection = new LiveConnection(context, request.Method, request.Path, ClientAddress.Of(context).ToString(), time.GetUtcNow());
        context.Features.Set(connection);
        if (request.IsWebSocket) WebSocketFeatures.Follow(context, connection, time);
        else if (request.Route?.Kind != RouteKind.Agent) MeteredBody.Install(context, connection); // a tunnel counts what it carries, not the frames
        await next(context);
    }
}
