using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Connections;

/// <summary>Hands the forwarder a <see cref="CuttableWebSocket"/> where it expects Kestrel's stream, over HTTP/1.1 and over HTTP/2.</summary>
internal static class WebSocketFeatures
{
    public static void Follow(HttpContext context, LiveConnection connection, TimeProvider time)
    {
        connection.ExpectWebSocket();
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Features.Set<IHttpExtendedConnectFeature>(new FollowedConnect(connect, connection, time));
        }
        else if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new FollowedUpgrade(upgrade, connection, time));
        }
    }

    // A cut that came between the upgrade's request and now has aborted the connection already; the stream just never runs.
    private static CuttableWebSocket Wrap(Stream stream, LiveConnection connection, TimeProvider time)
    {
        var webSocket = new CuttableWebSocket(stream, connection, time);
        connection.Kind = ConnectionKind.WebSocket;
        if (!connection.Follow(webSocket)) throw new IOException("The connection was cut.");
        return webSocket;
    }

    private sealed class FollowedUpgrade(IHttpUpgradeFeature inner, LiveConnection connection, TimeProvider time) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => Wrap(await inner.UpgradeAsync(), connection, time);
    }

    private sealed class FollowedConnect(IHttpExtendedConnectFeature inner, LiveConnection connection, TimeProvider time)
        : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => Wrap(await inner.AcceptAsync(), connection, time);
    }
}
