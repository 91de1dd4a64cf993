using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Doorward.Gateway.Tests.Running;

/// <summary>Ordinary clients that dial the gateway whatever host they ask for.</summary>
internal static class Clients
{
    public static HttpClient Http(RunningGateway gateway, Version? version = null) => new(new ExactVersion(version ?? HttpVersion.Version11) { InnerHandler = Handler(gateway, version ?? HttpVersion.Version11) })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    public static async Task<ClientWebSocket> WebSocketAsync(RunningGateway gateway, int version, string scheme = "ws")
    {
        var http = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11;
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = http;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Origin", scheme == "ws" ? "http://wiki.test" : "https://wiki.test");
        await socket.ConnectAsync(new Uri($"{scheme}://wiki.test/ws"), new HttpMessageInvoker(Handler(gateway, http)), CancellationToken.None);
        return socket;
    }

    private static SocketsHttpHandler Handler(RunningGateway gateway, Version version) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = new() { RemoteCertificateValidationCallback = Certificates.ComesFromATest },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var secure = context.InitialRequestMessage.RequestUri?.Scheme is "https" or "wss";
            var port = secure ? gateway.TlsPort : version.Major == 2 ? gateway.Http2Port : gateway.Http1Port;
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private sealed class ExactVersion(Version version) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Version = version;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
