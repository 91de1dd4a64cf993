using System.Net;
using System.Net.Sockets;

namespace Doorward.Console.Tests.Shell;

/// <summary>
/// The console's own guard of its circuits, with no gateway before it: the gateway refuses a foreign origin as well, and would hide that
/// this one is gone.
/// </summary>
public sealed class CircuitOriginTests : IAsyncLifetime
{
    private static readonly string Own = $"https://console.{AuthHost.Domain}:{AuthHost.Port}";
    private AuthHost host = null!;

    public async ValueTask InitializeAsync() => host = await AuthHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("POST", "/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("GET", "/_blazor?id=none")]
    [InlineData("POST", "/_blazor?id=none")]
    [InlineData("POST", "/_blazor/disconnect")]
    public async Task Opens_from_pages_of_the_console_alone(string method, string path)
    {
        // From its own page it is asked next who is here: nobody.
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(method, path, Own, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(method, path, null, "same-origin"));
        foreach (var origin in new[] { $"https://wiki.{AuthHost.Domain}:{AuthHost.Port}", AuthHost.Origin, Own.Replace("https:", "http:", StringComparison.Ordinal), "null", null })
            Assert.Equal((origin, HttpStatusCode.Forbidden), (origin, await AskAsync(method, path, origin, null)));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(method, path, Own, "same-site"));
    }

    private async Task<HttpStatusCode> AskAsync(string method, string path, string? origin, string? site)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, host.ListeningPort, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == host.Certificate.Thumbprint },
        });
        using var request = new HttpRequestMessage(new HttpMethod(method), Own + path);
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
