using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Doorward.Gateway.Connections;

/// <summary>The limits that hold under attack (security.md), in one place.</summary>
internal static class GatewayLimits
{
    public const int HeaderBytes = 32 * 1024;
    public const int BufferBytes = 128 * 1024;

    public const int HeaderFields = 100;
    public const int TargetBytes = Routing.RefusalTable.TargetLimit;
    public const int StreamsPerConnection = 100;

    public static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(120);

    /// <summary>Bytes a second that a body must keep up after its first 5 seconds; not asked of gRPC streams and tunnels, which may be quiet.</summary>
    public static readonly MinDataRate BodyFloor = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    // Lines that end with LF alone are a smuggling vector, and Kestrel accepts them unless told not to.
    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    // The method, the spaces and the version stand on the request line beside the target.
    private const int RequestLineOverhead = 256;

    public static void Apply(KestrelServerOptions options)
    {
        AppContext.SetSwitch(NoBareLineFeeds, true);
        options.AddServerHeader = false;
        options.AllowSynchronousIO = false;
        options.AllowHostHeaderOverride = false;
        options.AllowAlternateSchemes = false;

        // Header values are bytes to us: Latin-1 in and out changes none of them. Content-Length is read as the server does by itself:
        // read as text, more digits than fit end the connection without an answer.
        options.RequestHeaderEncodingSelector = static name =>
            name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? null : Encoding.Latin1;
        options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;

        var limits = options.Limits;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MaxRequestHeaderCount = HeaderFields;
        limits.MaxRequestLineSize = TargetBytes + RequestLineOverhead;
        limits.RequestHeadersTimeout = HeaderTime;
        limits.KeepAliveTimeout = IdleTime;
        limits.MinRequestBodyDataRate = BodyFloor;
        limits.MinResponseDataRate = BodyFloor;

        // What a client has sent ahead and nobody has read yet. One connection must not hold a megabyte of it.
        limits.MaxRequestBufferSize = BufferBytes;
        limits.Http2.InitialStreamWindowSize = BufferBytes;
        limits.Http2.InitialConnectionWindowSize = 2 * BufferBytes;

        // Bodies are streamed, never held: their size is the upstream's business.
        limits.MaxRequestBodySize = null;
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = HeaderBytes / 2;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
