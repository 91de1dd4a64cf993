using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.AspNetCore.Builder;

namespace Doorward.Control.Tests.Hosting;

public sealed class FaceTests
{
    [Fact]
    public async Task The_socket_answers_its_owner_and_serves_no_gateway_calls_and_no_pages()
    {
        await using var control = await TestControlPlane.StartAsync(extend: app => app.MapGet("/page", () => "page"));
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, _) => ConnectAsync(control.Data.Socket) }) { BaseAddress = new Uri("http://local") };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/page")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/doorward.v1.Membership/Join", new ByteArrayContent([]))).StatusCode);
        Assert.Equal(PrivateFiles.FileMode600, File.GetUnixFileMode(control.Data.Socket));
    }

    [Fact]
    public async Task Web_hosts_answer_only_through_a_gateway_that_says_for_whom_it_asks()
    {
        await using var control = await TestControlPlane.StartAsync(
            extend: app => app.MapGet("/who", (Microsoft.AspNetCore.Http.HttpContext context) => $"{context.Request.Scheme} {context.Connection.RemoteIpAddress}"));
        using var gateway = await control.JoinAsync();

        Assert.Equal("https 192.0.2.7", await (await GetAsync(control, gateway.Certificate, "/who", "192.0.2.7")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(control, gateway.Certificate, "/who", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(control, null, "/who", "192.0.2.7")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(control, gateway.Certificate, "/health/live", "192.0.2.7")).StatusCode);
    }

    [Fact]
    public async Task The_key_set_is_published_at_the_auth_host()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.SendAsync(new GatewayMessage { AssertionKey = TestKeys.Assertion("k1", TimeProvider.System.GetUtcNow().AddDays(1)) });
        await feed.ReadAsync(ControlMessage.KindOneofCase.AssertionKeyAccepted);

        var answer = await GetAsync(control, gateway.Certificate, "/.well-known/doorward/jwks.json", "192.0.2.7");

        Assert.Contains("\"kid\":\"k1\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Whoever_joins_is_told_the_component_ca_and_nobody_is_on_the_web()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var stranger = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, peer, _, _) => peer is not null } });

        Assert.Equal(
            await File.ReadAllTextAsync(control.Data.ComponentCa), await stranger.GetStringAsync(new Uri(control.Address, "/component-ca.pem")), ignoreLineEndingDifferences: true);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(control, gateway.Certificate, "/component-ca.pem", "192.0.2.7")).StatusCode);
    }

    [Fact]
    public async Task A_socket_file_that_a_killed_process_left_is_replaced()
    {
        var path = Directory.CreateTempSubdirectory("doorward-").FullName;
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stale.Bind(new UnixDomainSocketEndPoint(Path.Combine(path, "control.sock")));
        }

        File.WriteAllText(Path.Combine(path, "control.sock"), "");
        await using (var control = await TestControlPlane.StartAsync(path))
        {
            Assert.True(File.Exists(control.Data.ControlAddress));
        }

        Directory.Delete(path, recursive: true);
    }

    private static async Task<HttpResponseMessage> GetAsync(TestControlPlane control, X509Certificate2? certificate, string path, string? forwardedFor)
    {
        using var http = new HttpClient(TestGateway.Handler(TestGateway.Ca(control), certificate));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(control.Address, path)) { Version = HttpVersion.Version20 };
        request.Headers.Host = $"auth.{TestInstallation.Domain}:8443";
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        return await http.SendAsync(request);
    }

    private static async ValueTask<Stream> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new NetworkStream(socket, ownsSocket: true);
    }
}
