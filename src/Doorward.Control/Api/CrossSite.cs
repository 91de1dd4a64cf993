using Doorward.Control.Roles;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>
/// Applications are same-site siblings of the console, so a cookie's SameSite keeps none of their pages out. The gateway
/// asks for the console's own Origin; this asks again for calls that a browser's session carries.
/// </summary>
internal static class CrossSite
{
    public static bool IsOwn(HttpContext context, ApiPrincipal principal)
    {
        if (principal.IsLocal || principal.Token || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) return true;
        var headers = context.Request.Headers;
        if (headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin") return false;
        return headers.Origin is not { Count: > 0 } origin || IsHost(origin.ToString(), context.Request.Host);
    }

    private static bool IsHost(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
        && string.Equals(uri.Authority, host.Port == 443 ? host.Host : host.Value, StringComparison.OrdinalIgnoreCase);
}
