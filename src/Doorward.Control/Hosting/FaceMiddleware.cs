using System.Net;
using Doorward.Control.Certificates;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Hosting;

/// <summary>
/// Settles which face a request came in on before anything is routed. A gateway speaks for itself (gRPC) and for the
/// people and devices behind it (web hosts and <c>agent.</c>) on the same listener with the same certificate; the host name keeps the two apart, so
/// that nobody reaches the gateway's own services through it.
/// </summary>
internal sealed class FaceMiddleware(RequestDelegate next, string domain)
{
    private readonly string _auth = $"{SystemApplications.AuthLabel}.{domain}";
    private readonly string _console = $"{SystemApplications.ConsoleLabel}.{domain}";
    private readonly string _agent = $"{SystemApplications.AgentLabel}.{domain}";

    public async Task InvokeAsync(HttpContext context, GatewayAuthentication gateways)
    {
        var face = FaceOf(context);
        if (face is Face.Web or Face.Device or Face.Connector && (await gateways.CallerAsync(context) is null || !TakeForwarded(context)))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Features.Set(new FaceFeature(face));
        await next(context);
    }

    private Face FaceOf(HttpContext context)
    {
        if (context.CameBySocket()) return Face.Local;
        var host = context.Request.Host.Host;
        return Is(_auth) || Is(_console) ? Face.Web : Is(_agent) ? AtAgent(context.Request.Path) : Face.Component;

        bool Is(string name) => string.Equals(host, name, StringComparison.OrdinalIgnoreCase);
    }

    // By path, not by certificate: of what certificate it is, each endpoint asks itself.
    private static Face AtAgent(PathString path) => path.StartsWithSegments("/connector", StringComparison.Ordinal) ? Face.Connector : Face.Device;

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
