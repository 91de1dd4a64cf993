namespace Doorward.Gateway.Routing;

internal enum RequestVersion { Http10, Http11, Http2 }

internal enum UpgradeKind
{
    None,

    /// <summary>An HTTP/1.1 upgrade or an HTTP/2 extended CONNECT, well formed.</summary>
    WebSocket,

    /// <summary>Says WebSocket, but is no handshake: wrong method, a body, no Connection: upgrade.</summary>
    MalformedWebSocket,

    /// <summary>An upgrade to anything else; <see cref="CanonicalRequest.UpgradeToken"/> names it.</summary>
    Other,
}

/// <summary>
/// The one reading of a request that everything after it uses: policy, records and the upstream. Made by
/// <see cref="RequestCanonicalizer"/>; the route and its refusals are added once the host has been looked up.
/// </summary>
internal sealed class CanonicalRequest
{
    public required string Method { get; init; }
    public required RequestVersion Version { get; init; }
    public required Authority Authority { get; init; }
    public required CanonicalTarget Target { get; init; }
    public required HeaderTraits Headers { get; init; }
    public UpgradeKind Upgrade { get; init; }

    /// <summary>Lower-case token of an upgrade other than WebSocket.</summary>
    public string UpgradeToken { get; init; } = "";

    /// <summary>The SNI name, lower-case; empty when the client sent none, null without TLS.</summary>
    public string? ServerName { get; init; }

    /// <summary>The handshake named no host of ours: the client has not seen the certificate of any.</summary>
    public bool IsStranger { get; init; }

    public int LocalPort { get; init; }

    /// <summary>The <c>Origin</c> header; null when absent, all values joined (and so never equal to one) when repeated.</summary>
    public string? Origin { get; init; }

    /// <summary>Whether it carries what only browsers add by themselves: cookies, fetch metadata.</summary>
    public bool FromBrowser { get; init; }

    /// <summary>Lower-case host without port.</summary>
    public string Host => Authority.Host;

    /// <summary>Null until routed, and for unknown hosts.</summary>
    public Route? Route { get; private set; }

    /// <summary>The route of <see cref="ServerName"/>.</summary>
    public Route? ServerNameRoute { get; private set; }

    /// <summary>The port that people type, beside the one we listen on.</summary>
    public int PublicPort { get; private set; }

    /// <summary>Why the request goes no further; null when it may.</summary>
    public RefusalRow? Refusal { get; private set; }

    /// <summary>What policy judges, and the path that the upstream gets.</summary>
    public string Path => Route is { IsOpaque: true } ? Target.RawPath : Target.Path;

    /// <summary>Path and query exactly as the upstream gets them.</summary>
    public string ForwardTarget => string.Concat(Path, Target.Query);

    public bool IsWebSocket => Upgrade == UpgradeKind.WebSocket;

    /// <summary>Whether the path lies below <c>/.doorward/</c>, which is the gateway's own on every host.</summary>
    public bool IsOwnPath => Path.StartsWith(OwnPaths.Prefix, StringComparison.Ordinal);

    internal void Refuse(RefusalRow? row) => Refusal ??= row;

    /// <summary>Looks the host up and applies the rules that depend on the application.</summary>
    internal void RouteBy(RouteTable routes)
    {
        PublicPort = routes.PublicPort;
        Route = routes.Find(Host);
        ServerNameRoute = ServerName is null || IsStranger ? null : ServerName == Host ? Route : routes.Find(ServerName);
        Refuse(RefusalTable.Find(RefusalStage.Route, this));
    }
}
