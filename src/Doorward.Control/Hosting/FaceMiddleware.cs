using System.Net;
using Doorward.Control.Certificates;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Hosting;

/// <summary>
/// Settles which face a request came in on before anything is routed. A gateway speaks for itself (gRPC) and for the
/// people behind it (web hosts) on the same listener with the same certificate; the host name keeps the two apart, so
/// that nobody reaches the gateway's own services through it.
/// </summary>
internal sealed class FaceMiddleware(RequestDelegate next, string domain)
{
    private readonly string _auth = $"{SystemApplications.AuthLabel}.{domain}";
    private readonly string _console = $"{SystemApplications.ConsoleLabel}.{domain}";

    public async Task InvokeAsync(HttpContext context, GatewayAuthentication gateways)
    {
        var face = context.CameBySocket() ? Face.Local : IsWebHost(context.Request.Host.Host) ? Face.Web : Face.Component;
        if (face == Face.Web && (await gateways.CallerAsync(context) is null || !TakeForwarded(context)))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Features.Set(new FaceFeature(face));
        await next(context);
    }

    private bool IsWebHost(string host) => string.Equals(host, _auth, StringComparison.OrdinalIgnoreCase) || string.Equals(host, _console, StringComparison.OrdinalIgnoreCase);

    // The gateway sets each of them once, after it has removed the client's; anything else is not from our gateway.
    private static bool TakeForwarded(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers["X-Forwarded-For"] is not [{ } forwarded] || !IPAddress.TryParse(forwarded, out var address)
            || headers["X-Forwarded-Proto"] is not [{ } scheme] || scheme is not ("https" or "http"))
        {
            return false;
        }

        context.Connection.RemoteIpAddress = address;
        context.Request.Scheme = scheme;
        return true;
    }
}
