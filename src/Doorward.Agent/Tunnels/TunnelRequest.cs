using System.Net.Http.Headers;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>How a gateway is asked for a tunnel, and by what connections.</summary>
internal static class TunnelRequest
{
    // What one tunnel has on its way is bounded by its credit; the stream's window must not be less.
    private const int Window = 512 * 1024;

    // A wire that was cut for some seconds: TCP would send again only after as many more.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    public static HttpRequestMessage Of(Uri agent, string application, string? target, string token)
    {
        var path = TunnelPaths.Applications + application + (target is null ? "" : $"?{TunnelPaths.Target}={Uri.EscapeDataString(target)}");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(agent, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    /// <summary>One TLS connection carries many tunnels; further ones are made as they fill.</summary>
    public static SocketsHttpHandler Adjust(SocketsHttpHandler handler)
    {
        handler.EnableMultipleHttp2Connections = true;
        handler.InitialHttp2StreamWindowSize = Window;
        handler.PooledConnectionLifetime = Timeout.InfiniteTimeSpan;

        // A gateway that is gone is found out while nothing passes.
        (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (s_silence, s_silence);
        return handler;
    }
}
