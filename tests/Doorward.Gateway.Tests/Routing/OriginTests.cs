using System.Net;
using Doorward.Core.Applications;
using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Routing;

public sealed class OriginTests : IAsyncLifetime
{
    private RunningUpstream _upstream = null!;
    private RunningGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await RunningUpstream.StartAsync();
        var cors = new CorsDefinition { Origins = ["https://page.test"], Methods = ["GET", "PUT"], Headers = ["X-A"], Credentials = true };
        _gateway = await RunningGateway.StartAsync(
        [
            _upstream.Application() with { Origins = ["https://friend.test"] },
            _upstream.Application("api.test") with { Name = "api", Cors = cors },
        ]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("Origin: http://wiki.test\r\n", 101)]
    [InlineData("Origin: http://wiki.test:8443\r\n", 101)]
    [InlineData("Origin: https://friend.test\r\n", 101)]
    [InlineData("", 101)]
    [InlineData("Origin: null\r\n", 403)]
    [InlineData("Origin: http://wiki.test.evil.test\r\n", 403)]
    [InlineData("Origin: http://other.test\r\n", 403)]
    [InlineData("Origin: http://wiki.test:1\r\n", 403)]
    [InlineData("Origin: http://wiki.test\r\nOrigin: http://evil.test\r\n", 403)]
    public async Task Opens_web_sockets_for_its_own_and_named_origins_only(string origin, int status)
    {
        var answer = await AskAsync($"GET /ws HTTP/1.1\r\nHost: wiki.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n{origin}\r\n");
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("POST", "Origin: http://auth.door.test\r\n", false)]
    [InlineData("POST", "", false)]
    [InlineData("GET", "Origin: http://wiki.test\r\n", false)]
    [InlineData("POST", "Cookie: a=b\r\n", true)]
    [InlineData("POST", "Sec-Fetch-Site: same-site\r\n", true)]
    [InlineData("POST", "Origin: http://wiki.test\r\n", true)]
    [InlineData("DELETE", "Origin: null\r\n", true)]
    public async Task Lets_only_pages_of_auth_change_things_at_auth(string method, string headers, bool refused)
    {
        var answer = await AskAsync($"{method} / HTTP/1.1\r\nHost: auth.door.test\r\nAccept: application/json\r\nContent-Length: 0\r\n{headers}\r\n");
        Assert.Equal(refused, answer.Code == "origin");
    }

    [Fact]
    public async Task Answers_preflights_as_the_application_says()
    {
        var answer = await AskAsync(Preflight("api.test", "https://page.test"));
        Assert.Equal((int)HttpStatusCode.NoContent, answer.Status);
        Assert.Contains("Access-Control-Allow-Origin: https://page.test", answer.Head, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Methods: GET, PUT", answer.Head, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Credentials: true", answer.Head, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Requests);
    }

    [Theory]
    [InlineData("api.test", "https://evil.test")]
    [InlineData("wiki.test", "https://page.test")]
    public async Task Refuses_preflights_of_other_origins(string host, string origin)
    {
        var answer = await AskAsync(Preflight(host, origin));
        Assert.Equal((403, "cors"), (answer.Status, answer.Code));
        Assert.DoesNotContain("Access-Control-Allow", answer.Head, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Requests);
    }

    [Theory]
    [InlineData("https://page.test", true)]
    [InlineData("https://evil.test", false)]
    public async Task Marks_the_answer_itself_too(string origin, bool allowed)
    {
        var answer = await AskAsync($"GET / HTTP/1.1\r\nHost: api.test\r\nOrigin: {origin}\r\n\r\n");
        Assert.Equal(200, answer.Status);
        Assert.Equal(allowed, answer.Head.Contains($"Access-Control-Allow-Origin: {origin}", StringComparison.Ordinal));
    }

    private static string Preflight(string host, string origin) =>
        $"OPTIONS / HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: PUT\r\n\r\n";

    private async Task<RawAnswer> AskAsync(string text)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        return await connection.AskAsync(text);
    }
}
