using Doorward.Gateway.Pages;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Connections;

/// <summary>Once it is known who asks: bounds what nobody has signed in for, and what one session asks for.</summary>
internal sealed class TrafficMiddleware(RequestDelegate next, AnonymousTraffic anonymous, SessionTraffic sessions)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Access().Credential is not { } credential) anonymous.Admit(context);
        else if (!sessions.TryAdmit(context, credential.Session.Allowance)) return DenialWriter.WriteAsync(context, RefusalPages.TooMany());
        return next(context);
    }
}
