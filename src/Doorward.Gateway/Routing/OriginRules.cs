namespace Doorward.Gateway.Routing;

/// <summary>
/// Who may act through a browser. Applications are same-site siblings of <c>auth.</c> and <c>console.</c>, so that SameSite cookies
/// defend nothing here; the Origin header does, because pages cannot forge it.
/// </summary>
internal static class OriginRules
{
    /// <summary>Browsers always send Origin with a WebSocket; what sends none is no page.</summary>
    public static bool MayOpenWebSocket(CanonicalRequest request) =>
        request.Origin is null || IsOwn(request, request.Origin) || request.Route!.IsAllowedOrigin(request.Origin);

    /// <summary>A safe method changes nothing. A client with neither Origin nor cookie nor fetch metadata is no browser: there is nobody to confuse.</summary>
    public static bool MayChange(CanonicalRequest request) =>
        request.Method is "GET" or "HEAD" or "OPTIONS" && !request.IsWebSocket
        || (request.Origin is null ? !request.FromBrowser : IsOwn(request, request.Origin));

    /// <summary>Whether the origin is the host that was asked, at a port that we serve.</summary>
    public static bool IsOwn(CanonicalRequest request, string origin)
    {
        var scheme = request.ServerName is null ? "http://" : "https://";
        if (!origin.StartsWith(scheme, StringComparison.Ordinal)) return false;
        var authority = Authority.Parse(origin[scheme.Length..]);
        var defaultPort = request.ServerName is null ? 80 : 443;
        var port = authority.Port ?? defaultPort;
        return authority.Traits == AuthorityTraits.None && authority.Host == request.Host
            && (port == (request.Authority.Port ?? defaultPort) || port == request.LocalPort || port == request.PublicPort);
    }
}
