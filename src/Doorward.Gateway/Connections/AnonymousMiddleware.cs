using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Connections;

/// <summary>Bounds what nobody has signed in for, once it is known who asks.</summary>
internal sealed class AnonymousMiddleware(RequestDelegate next, AnonymousTraffic anonymous)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Access().Credential is null) anonymous.Admit(context);
        else AnonymousTraffic.Vouch(context);
        return next(context);
    }
}
