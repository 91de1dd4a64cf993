using Doorward.Gateway.Tests.Running;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Doorward.Gateway.Tests.Forwarding;

/// <summary>auth. and console. are the control plane's: its cookies pass, the gateway's do not.</summary>
public sealed class OwnHostTests : IAsyncLifetime
{
    private RunningUpstream _controlPlane = null!;
    private RunningGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _controlPlane = await RunningUpstream.StartAsync(HttpProtocols.Http2);
        _gateway = await RunningGateway.StartAsync([]);
        _gateway.ServeOwnHostsFrom(_controlPlane.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _controlPlane.DisposeAsync();
    }

    [Theory]
    [InlineData("auth.door.test")]
    [InlineData("console.door.test")]
    public async Task Sees_its_own_cookies_and_where_requests_come_from(string host)
    {
        using var client = Clients.Http(_gateway);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}/");
        request.Headers.Add("Cookie", "__Host-doorward-auth=signed-in; __Host-doorward=handle; __Host-doorward-flow-1=flow; __Host-doorward-csrf=x");
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        using var response = await client.SendAsync(request);
        var seen = await response.Content.ReadAsStringAsync();
        Assert.Contains("Cookie: __Host-doorward-auth=signed-in; __Host-doorward-csrf=x\n", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For: 127.0.0.1\n", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"Host: {host}\n", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sets_its_own_cookies_and_not_the_gateways()
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var answer = await connection.AskAsync("GET /in-our-name HTTP/1.1\r\nHost: auth.door.test\r\n\r\n");
        Assert.Contains("Set-Cookie: __Host-doorward-auth=x; Secure; Path=/", answer.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-doorward=", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("flow", answer.Head, StringComparison.OrdinalIgnoreCase);
    }
}
