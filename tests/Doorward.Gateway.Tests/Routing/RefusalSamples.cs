namespace Doorward.Gateway.Tests.Routing;

internal enum Wire { Http1, Http2, Tls, TlsWithoutName }

/// <summary>A request that exactly one row of the refusal table stops.</summary>
internal sealed record RefusalSample(Wire Wire, string Text, params (string Name, string Value)[] Fields)
{
    /// <summary>SNI, when it is not the host's.</summary>
    public string ServerName { get; init; } = "wiki.test";
}

internal static class RefusalSamples
{
    private const string Accept = "Accept: application/json\r\n";

    /// <summary>By row id. A row without a sample fails a test.</summary>
    public static IReadOnlyDictionary<string, RefusalSample> All { get; } = new Dictionary<string, RefusalSample>
    {
        ["bare-line-feed"] = Raw("GET / HTTP/1.1\nHost: wiki.test\n\n"),
        ["line-folding"] = Raw("GET / HTTP/1.1\r\nHost: wiki.test\r\nX-A: 1\r\n folded\r\n\r\n"),
        ["space-before-colon"] = Raw("GET / HTTP/1.1\r\nHost: wiki.test\r\nX-A : 1\r\n\r\n"),
        ["content-length-invalid"] = Raw("POST / HTTP/1.1\r\nHost: wiki.test\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
        ["chunk-malformed"] = Raw("POST /upload HTTP/1.1\r\nHost: wiki.test\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\nhello\r\n0\r\n\r\n"),
        ["header-line-malformed"] = Raw("GET / HTTP/1.1\r\nHost: wiki.test\r\nX-A: a\0b\r\n\r\n"),
        ["pseudo-header-malformed"] = Http2((":method", "GET"), (":scheme", "http"), (":authority", "wiki.test"), (":path", "/"), (":path", "/admin")),
        ["scheme-differs"] = Http2((":method", "GET"), (":scheme", "https"), (":authority", "wiki.test"), (":path", "/")),
        ["headers-too-large"] = Raw($"GET / HTTP/1.1\r\nHost: wiki.test\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"))}\r\n"),
        ["headers-too-slow"] = Raw("GET / HTTP/1.1\r\nHost: wiki.test\r\n"),

        ["length-and-chunked"] = Post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG"),
        ["transfer-encoding"] = Post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        ["transfer-encoding-http10"] = Raw($"POST / HTTP/1.0\r\nHost: wiki.test\r\n{Accept}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ["http2-connection-field"] = Http2(
            (":method", "GET"), (":scheme", "http"), (":authority", "wiki.test"), (":path", "/"), ("transfer-encoding", "chunked")),

        ["method"] = Raw($"delete / HTTP/1.1\r\nHost: wiki.test\r\n{Accept}\r\n"),
        ["connect"] = Raw($"CONNECT wiki.test:443 HTTP/1.1\r\nHost: wiki.test:443\r\n{Accept}\r\n"),
        ["trace"] = Raw($"TRACE / HTTP/1.1\r\nHost: wiki.test\r\n{Accept}\r\n"),

        ["target-too-long"] = Target("/" + new string('a', 8 * 1024)),
        ["absolute-form"] = Target("https://wiki.test/"),
        ["target-form"] = Raw($"OPTIONS * HTTP/1.1\r\nHost: wiki.test\r\n{Accept}\r\n"),
        ["target-fragment"] = Target("/a#b"),
        ["target-bytes"] = Http2((":method", "GET"), (":scheme", "http"), (":authority", "wiki.test"), (":path", "/a b")),

        ["several-hosts"] = Raw("GET / HTTP/1.1\r\nHost: wiki.test\r\nHost: other.test\r\n\r\n"),
        ["host-missing"] = Raw($"GET / HTTP/1.0\r\n{Accept}\r\n"),
        ["host-malformed"] = Host("wiki.test:0443"),
        ["host-trailing-dot"] = Host("wiki.test."),
        ["server-name-missing"] = new(Wire.TlsWithoutName, $"GET / HTTP/1.1\r\nHost: wiki.test\r\n{Accept}\r\n"),

        ["server-name-differs"] = new(Wire.Tls, $"GET / HTTP/1.1\r\nHost: other.test\r\n{Accept}\r\n"),
        ["host-unknown"] = Host("unknown.test"),
        ["host-port"] = Host("wiki.test:9"),

        ["path-dot-segment"] = Target("/a/../admin"),
        ["path-empty-segment"] = Target("//admin"),
        ["path-backslash"] = Target("/a\\admin"),
        ["path-semicolon"] = Target("/a;x/admin"),
        ["path-encoded-slash"] = Target("/a%2fadmin"),
        ["path-encoded-backslash"] = Target("/a%5Cadmin"),
        ["path-encoded-dot"] = Target("/a/%2e%2E/admin"),
        ["path-encoded-percent"] = Target("/%2561dmin"),
        ["path-encoded-control"] = Target("/a%0a"),
        ["path-encoded-hash"] = Target("/a%23"),
        ["path-bad-escape"] = Target("/a%2"),
        ["path-not-utf8"] = Target("/a%c0%af"),

        ["websocket-malformed"] = Raw($"POST /ws HTTP/1.1\r\nHost: wiki.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{Accept}\r\n"),
        ["upgrade"] = Raw($"GET / HTTP/1.1\r\nHost: wiki.test\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n{Accept}\r\n"),
        ["websocket-origin"] = Raw(
            $"GET /ws HTTP/1.1\r\nHost: wiki.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://evil.test\r\n{Accept}\r\n"),
        ["origin"] = Raw($"POST /signin HTTP/1.1\r\nHost: auth.door.test\r\nOrigin: http://wiki.test\r\nContent-Length: 0\r\n{Accept}\r\n"),
    };

    private static RefusalSample Raw(string text) => new(Wire.Http1, text);

    private static RefusalSample Target(string target) => Raw($"GET {target} HTTP/1.1\r\nHost: wiki.test\r\n{Accept}\r\n");

    private static RefusalSample Host(string host) => Raw($"GET / HTTP/1.1\r\nHost: {host}\r\n{Accept}\r\n");

    private static RefusalSample Post(string framing, string body) => Raw($"POST / HTTP/1.1\r\nHost: wiki.test\r\n{Accept}{framing}\r\n{body}");

    private static RefusalSample Http2(params (string, string)[] fields) => new(Wire.Http2, "", fields);
}
