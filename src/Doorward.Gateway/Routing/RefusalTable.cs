using System.Buffers;
using System.Collections.Immutable;

namespace Doorward.Gateway.Routing;

/// <summary>
/// Everything that is refused, as data: the gateway walks it, tests have one case a row, the reference page lists it.
/// Order matters only in that the first row that refuses names the reason.
/// </summary>
internal static class RefusalTable
{
    public const int TargetLimit = 8 * 1024;
    private const int MethodLimit = 32;

    // Methods are case-sensitive (RFC 9110 section 9.1), and many programs read "delete" as DELETE all the same: policy would judge one
    // method and the upstream carry out another.
    private static readonly SearchValues<char> s_method = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    public static ImmutableArray<RefusalRow> Rows { get; } =
    [
        // What the parser refuses.
        new("bare-line-feed", RefusalStage.Server, 400, "a line ended with LF alone", "RFC 9112 section 2.2"),
        new("line-folding", RefusalStage.Server, 400, "a header was folded over two lines", "RFC 9112 section 5.2"),
        new("space-before-colon", RefusalStage.Server, 400, "there was a space between a header's name and its colon", "RFC 9112 section 5.1"),
        new("content-length-invalid", RefusalStage.Server, 400, "Content-Length was not one number", "RFC 9112 section 6.3"),
        new("chunk-malformed", RefusalStage.Server, 400, "a chunk had a wrong length or ending", "RFC 9112 section 7.1"),
        new("header-line-malformed", RefusalStage.Server, 400, "a header had a control character, or no colon", "ASVS 4.2.4"),
        new("pseudo-header-malformed", RefusalStage.Server, 400, "an HTTP/2 pseudo-header was missing, repeated, unknown or late", "RFC 9113 section 8.3"),
        new("scheme-differs", RefusalStage.Server, 400, ":scheme is not how the connection was made", "RFC 9113 section 8.3.1"),
        new("headers-too-large", RefusalStage.Server, 431, "the header block passed 32 KB or 100 fields", "ASVS 4.2.5"),
        new("headers-too-slow", RefusalStage.Server, 408, "the headers took longer than 10 seconds", "ASVS 4.2.5"),

        // One framing.
        new("length-and-chunked", RefusalStage.Request, 400, "it states its length twice: Transfer-Encoding beside Content-Length", "RFC 9112 section 6.1",
            r => r.Headers.HasFlag(HeaderTraits.LengthTwice)) { EndsConnection = true },
        new("transfer-encoding", RefusalStage.Request, 400, "Transfer-Encoding is not exactly \"chunked\"", "RFC 9112 section 6.1",
            r => r.Headers.HasFlag(HeaderTraits.OddTransferEncoding)) { EndsConnection = true },
        new("transfer-encoding-http10", RefusalStage.Request, 400, "HTTP/1.0 knows no Transfer-Encoding", "RFC 9112 section 6.1",
            r => r.Version == RequestVersion.Http10 && r.Headers.HasFlag(HeaderTraits.TransferEncoding)) { EndsConnection = true },
        new("http2-connection-field", RefusalStage.Request, 400, "a field that belongs to an HTTP/1.1 connection came over HTTP/2", "RFC 9113 section 8.2.2",
            r => r.Version == RequestVersion.Http2 && r.Headers.HasFlag(HeaderTraits.ConnectionSpecific)),
        new("control-in-header", RefusalStage.Request, 400, "a header has a line break or NUL in it", "ASVS 4.2.4",
            r => r.Headers.HasFlag(HeaderTraits.Control)) { EndsConnection = true },

        // Methods that somebody reads as another, that change what a connection is, or that echo what was sent upstream.
        new("method", RefusalStage.Request, 501, "the method is not a word of at most 32 capital letters, digits, hyphens and underscores", "RFC 9110 section 9.1",
            r => r.Method.Length > MethodLimit || r.Method.AsSpan().ContainsAnyExcept(s_method)) { EndsConnection = true },
        new("connect", RefusalStage.Request, 405, "CONNECT is for tunnels and HTTP/2 WebSockets only", "RFC 9110 section 9.3.6",
            r => r.Method == "CONNECT" && r.Upgrade != UpgradeKind.WebSocket) { EndsConnection = true },
        new("trace", RefusalStage.Request, 405, "TRACE would echo the identity that the gateway asserts", "RFC 9110 section 9.3.8",
            r => r.Method == "TRACE"),

        // One target.
        new("target-too-long", RefusalStage.Request, 414, "the address is longer than 8 KB", "ASVS 4.2.5",
            r => r.Target.Raw.Length > TargetLimit),
        new("absolute-form", RefusalStage.Request, 400, "the address names another scheme or host than the request", "RFC 9112 section 3.2.2",
            r => r.Target.Traits.HasFlag(TargetTraits.AbsoluteMismatch)) { EndsConnection = true },
        new("target-form", RefusalStage.Request, 400, "the address is not a path", "RFC 9112 section 3.2",
            r => r.Target.Traits.HasFlag(TargetTraits.NotAPath)) { EndsConnection = true },
        new("target-fragment", RefusalStage.Request, 400, "the address has a fragment", "RFC 9112 section 3.2",
            r => r.Target.Traits.HasFlag(TargetTraits.Fragment)),
        new("target-bytes", RefusalStage.Request, 400, "the address has bytes that must be percent-encoded", "RFC 3986 section 2",
            r => r.Target.Traits.HasFlag(TargetTraits.RawBytes)),

        // One host.
        new("several-hosts", RefusalStage.Request, 400, "it names more than one host", "RFC 9112 section 3.2",
            r => r.Authority.Traits.HasFlag(AuthorityTraits.Several)) { EndsConnection = true },
        new("host-missing", RefusalStage.Request, 400, "it names no host", "RFC 9112 section 3.2",
            r => r.Authority.Traits.HasFlag(AuthorityTraits.Missing)) { EndsConnection = true },
        new("host-malformed", RefusalStage.Request, 400, "the host is not a name with an optional port", "RFC 9110 section 7.2",
            r => r.Authority.Traits.HasFlag(AuthorityTraits.Malformed)) { EndsConnection = true },
        new("host-trailing-dot", RefusalStage.Request, 400, "the host ends with a dot", "design section 9",
            r => r.Authority.Traits.HasFlag(AuthorityTraits.TrailingDot)),

        // One application.
        new("server-name-missing", RefusalStage.Route, 421, "the TLS handshake named no server", "RFC 9110 section 7.4",
            r => r.ServerName is { Length: 0 }) { EndsConnection = true, IsNoDoor = true },
        new("server-name-differs", RefusalStage.Route, 421, "the connection was made for another host", "RFC 9110 section 7.4",
            r => r.ServerName is not null && r.Route != r.ServerNameRoute),
        new("host-unknown", RefusalStage.Route, 404, "nothing has a door under this name", "RFC 9110 section 15.5.5",
            r => r.Route is null) { IsNoDoor = true },
        new("host-port", RefusalStage.Route, 421, "the host names another port", "RFC 9110 section 7.4",
            r => r.Authority.Port is { } port && port != r.LocalPort && port != r.PublicPort),

        // One path, unless the application takes bytes as they are.
        Path("path-dot-segment", "the path has a . or .. segment", TargetTraits.DotSegment),
        Path("path-empty-segment", "the path has an empty segment (//)", TargetTraits.EmptySegment),
        Path("path-backslash", "the path has a backslash", TargetTraits.Backslash),
        Path("path-semicolon", "the path has a semicolon", TargetTraits.Semicolon),
        Path("path-encoded-slash", "the path has an encoded slash (%2F)", TargetTraits.EncodedSlash),
        Path("path-encoded-backslash", "the path has an encoded backslash (%5C)", TargetTraits.EncodedBackslash),
        Path("path-encoded-dot", "the path has an encoded dot (%2E)", TargetTraits.EncodedDot),
        Path("path-encoded-percent", "the path has an encoded percent sign (%25)", TargetTraits.EncodedPercent),
        Path("path-encoded-control", "the path has an encoded NUL or control character", TargetTraits.EncodedControl),
        Path("path-encoded-hash", "the path has an encoded # (%23)", TargetTraits.EncodedHash),
        Path("path-bad-escape", "a percent sign in the path is not followed by two hexadecimal digits", TargetTraits.BadEscape),
        Path("path-not-utf8", "the encoded bytes of the path are not UTF-8", TargetTraits.NotUtf8),

        // Upgrades and origins.
        new("websocket-malformed", RefusalStage.Route, 400, "the WebSocket handshake is not one", "RFC 6455 section 4.1",
            r => r.Upgrade == UpgradeKind.MalformedWebSocket) { EndsConnection = true },
        new("upgrade", RefusalStage.Route, 400, "this application allows no upgrade but WebSocket", "design section 9",
            r => r.Upgrade == UpgradeKind.Other && !r.Route!.AllowsUpgrade(r.UpgradeToken)) { EndsConnection = true },
        new("websocket-origin", RefusalStage.Route, 403, "a page of another origin opened the WebSocket", "RFC 6455 section 10.2",
            r => r.Upgrade == UpgradeKind.WebSocket && !OriginRules.MayOpenWebSocket(r)),
        new("origin", RefusalStage.Route, 403, "only pages of this host may change anything here", "design section 9",
            r => r.Route!.IsOwnHost && !OriginRules.MayChange(r)),
    ];

    private static readonly RefusalRow[] s_request = [.. Rows.Where(row => row.Stage == RefusalStage.Request)];
    private static readonly RefusalRow[] s_route = [.. Rows.Where(row => row.Stage == RefusalStage.Route)];

    /// <summary>The row with this id.</summary>
    public static RefusalRow Row(string id) => Rows.First(row => row.Id == id);

    /// <summary>The first row of the stage that refuses, or null.</summary>
    public static RefusalRow? Find(RefusalStage stage, CanonicalRequest request)
    {
        foreach (var row in stage == RefusalStage.Request ? s_request : s_route)
        {
            if (row.Refuses!(request)) return row;
        }

        return null;
    }

    private static RefusalRow Path(string id, string what, TargetTraits trait) =>
        new(id, RefusalStage.Route, 400, what, "design section 9", r => !r.Route!.IsOpaque && r.Target.Traits.HasFlag(trait));
}
