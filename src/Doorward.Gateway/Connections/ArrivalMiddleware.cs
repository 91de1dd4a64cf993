using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Connections;

/// <summary>First of all: a connection on which something is asked is no newcomer, and the answers to nobody on it are so many.</summary>
internal sealed class ArrivalMiddleware(RequestDelegate next, AnonymousTraffic anonymous)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ClientConnection>() is { IsVouchedFor: false } connection) anonymous.Arrive(context, connection);
        return next(context);
    }
}
