using Doorward.Gateway.Tls;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Routing;

/// <summary>
/// Reads a request once: one framing, one host, one path (design section 9). Works on the raw target, because every other property
/// of the request has already been decoded by somebody else's rules.
/// </summary>
internal static class RequestCanonicalizer
{
    public static CanonicalRequest Canonicalize(HttpContext context)
    {
        var request = context.Request;
        var headers = request.Headers;
        var handshake = context.Features.Get<ITlsHandshakeFeature>();
        var authority = Authority.Parse(headers.Host);
        var upgrade = ReadUpgrade(context, out var token);
        var canonical = new CanonicalRequest
        {
            Method = request.Method,
            Version = ReadVersion(request.Protocol),
            Authority = authority,
            Target = ReadTarget(context, handshake is null ? "http" : "https"),
            Headers = HeaderScan.Read(headers),
            Upgrade = upgrade,
            UpgradeToken = token,
            ServerName = handshake is null ? null : (handshake.HostName ?? "").ToLowerInvariant(),
            IsStranger = context.Features.Get<StrangerHandshake>() is not null,
            LocalPort = context.Connection.LocalPort,
            Origin = ReadOrigin(headers.Origin),
            FromBrowser = headers.Cookie.Count > 0 || headers.ContainsKey("Sec-Fetch-Site"),
        };
        canonical.Refuse(RefusalTable.Find(RefusalStage.Request, canonical));
        return canonical;
    }

    private static CanonicalTarget ReadTarget(HttpContext context, string scheme) =>
        CanonicalTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, scheme, context.Request.Headers.Host.ToString());

    private static RequestVersion ReadVersion(string protocol) =>
        HttpProtocol.IsHttp11(protocol) ? RequestVersion.Http11 : HttpProtocol.IsHttp10(protocol) ? RequestVersion.Http10 : RequestVersion.Http2;

    private static string? ReadOrigin(StringValues origin) => origin.Count == 0 ? null : origin.ToString();

    private static UpgradeKind ReadUpgrade(HttpContext context, out string token)
    {
        token = "";
        var request = context.Request;
        if (request.Method == "CONNECT")
        {
            // RFC 8441: an HTTP/2 WebSocket is a CONNECT with :protocol, and has no Upgrade header.
            if (context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true } connect) return UpgradeKind.None;
            token = connect.Protocol?.ToLowerInvariant() ?? "";
            return token == "websocket" ? UpgradeKind.WebSocket : UpgradeKind.Other;
        }

        var headers = request.Headers;
        if (headers.Upgrade.Count == 0) return UpgradeKind.None;
        token = headers.Upgrade.ToString().ToLowerInvariant();
        if (token != "websocket") return UpgradeKind.Other;
        var isHandshake = request.Method == "GET" && HttpProtocol.IsHttp11(request.Protocol) && HeaderScan.HasToken(headers.Connection, "upgrade")
            && headers.ContentLength is null or 0 && headers.TransferEncoding.Count == 0;
        return isHandshake ? UpgradeKind.WebSocket : UpgradeKind.MalformedWebSocket;
    }
}
