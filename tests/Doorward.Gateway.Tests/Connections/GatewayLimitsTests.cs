using Doorward.Gateway.Connections;
using Doorward.Gateway.Tests.Running;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Doorward.Gateway.Tests.Connections;

public sealed class GatewayLimitsTests
{
    [Theory]
    [InlineData(7 * 1024, 0, 200)]
    [InlineData(9 * 1024, 0, 414)]
    [InlineData(10, 30 * 1024, 200)]
    [InlineData(10, 33 * 1024, 431)]
    public async Task Takes_addresses_and_headers_up_to_their_limit(int target, int header, int status)
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        var answer = await connection.AskAsync(
            $"HEAD /{new string('a', target)} HTTP/1.1\r\nHost: wiki.test\r\n{(header == 0 ? "" : $"X-A: {new string('a', header)}\r\n")}\r\n");
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Offers_a_hundred_streams_a_connection()
    {
        await using var gateway = await RunningGateway.StartAsync([]);
        await using var http2 = await RawHttp2.ConnectAsync(gateway.Http2Port);
        var settings = await http2.ReadSettingsAsync();
        Assert.Equal((100u, 32u * 1024, 128u * 1024), (settings[3], settings[6], settings[4]));
    }

    [Fact]
    public void Sets_what_the_wire_does_not_show()
    {
        var options = new KestrelServerOptions();
        GatewayLimits.Apply(options);
        Assert.Null(options.Limits.MaxRequestBodySize);
        Assert.Equal((128 * 1024, 256 * 1024), (options.Limits.MaxRequestBufferSize, options.Limits.Http2.InitialConnectionWindowSize));
        Assert.Equal(TimeSpan.FromSeconds(10), options.Limits.RequestHeadersTimeout);
        Assert.Equal(240, options.Limits.MinRequestBodyDataRate?.BytesPerSecond);
        Assert.False(options.AddServerHeader);
    }

    [Fact]
    public async Task Ends_a_body_that_trickles()
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        var answer = await connection.AskAsync("POST /upload HTTP/1.1\r\nHost: wiki.test\r\nContent-Length: 1000000\r\n\r\nslow");
        Assert.Contains(answer.Status, new[] { 0, 408 });
    }
}
