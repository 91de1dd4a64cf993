using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Routing;

/// <summary>One request as the gateway reads it must not be two as somebody else does.</summary>
public sealed class SmugglingTests : IAsyncLifetime
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: wiki.test\r\n\r\n";
    private RunningUpstream _upstream = null!;
    private RunningGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await RunningUpstream.StartAsync();
        _gateway = await RunningGateway.StartAsync([_upstream.Application()]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")]
    [InlineData("X-Content-Length: 6\r\n", "")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\u000bchunked\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")]
    [InlineData("X: y\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n")]
    [InlineData("X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "0\n\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "ffffffffffffffff0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "-1\r\n\r\n")]
    [InlineData("Content-Length: 0, 44\r\n", "")]
    [InlineData("Content-Length: 0\r\nContent-Length: 44\r\n", "")]
    [InlineData("Content-Length: -1\r\n", "")]
    [InlineData("Content-Length: 0x0\r\n", "")]
    [InlineData("Content-Length: 99999999999999999999999\r\n", "")]
    [InlineData("Transfer-Encoding: \r\nContent-Length: 3\r\n", "abc")]
    [InlineData("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\u0085\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "3;a=b\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "3;a=\rb\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "3 \r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "3\r\nabc0\r\n\r\n")]
    public async Task Answers_no_request_behind_a_doubtful_body(string framing, string body)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var answer = await connection.AskAsync($"POST / HTTP/1.1\r\nHost: wiki.test\r\n{framing}\r\n{body}{Smuggled}");
        Assert.True(answer.Status is 0 or (>= 400 and < 600), $"answered {answer.Status}");
        Assert.Equal(0, (await connection.ReadAnswerAsync()).Status);
        Assert.DoesNotContain("/smuggled", _upstream.Targets);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("delete")]
    [InlineData("Trace")]
    [InlineData("connect")]
    [InlineData("POST'")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Passes_no_method_that_an_upstream_could_read_as_another(string method)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        Assert.Equal((501, "method"), await CodeAsync(connection, method));
        await using var http2 = await RawHttp2.ConnectAsync(_gateway.Http2Port);
        Assert.Equal(501, (await http2.AskAsync((":method", method), (":scheme", "http"), (":authority", "wiki.test"), (":path", "/"))).Status);
        Assert.Empty(_upstream.Targets);
    }

    [Theory]
    [InlineData("PURGE")]
    [InlineData("M-SEARCH")]
    [InlineData("BITS_POST")]
    public async Task Passes_any_other_method_as_it_is(string method)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        await connection.SendAsync($"{method} / HTTP/1.1\r\nHost: wiki.test\r\nConnection: close\r\n\r\n");
        using var reader = new StreamReader(connection.Stream);
        Assert.Contains($"\n{method} /", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_a_length_with_too_many_digits()
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        Assert.Equal(400, (await connection.AskAsync("POST / HTTP/1.1\r\nHost: wiki.test\r\nContent-Length: 99999999999999999999999\r\n\r\nabc")).Status);
    }

    [Fact]
    public async Task Leaves_trailers_of_a_request_behind()
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        await connection.SendAsync("POST / HTTP/1.1\r\nHost: wiki.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n0\r\nDoorward-User: root\r\nContent-Length: 9\r\n\r\n");
        using var reader = new StreamReader(connection.Stream);
        var seen = await reader.ReadToEndAsync();
        Assert.Contains("POST /", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("root", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_two_requests_that_are_plainly_two()
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var first = await connection.AskAsync($"HEAD / HTTP/1.1\r\nHost: wiki.test\r\n\r\nHEAD /second HTTP/1.1\r\nHost: wiki.test\r\n\r\n");
        Assert.Equal((200, 200), (first.Status, (await connection.ReadAnswerAsync()).Status));
        Assert.Equal(["/", "/second"], _upstream.Targets);
    }

    [Fact]
    public async Task Knows_one_host_only_when_http2_names_two()
    {
        await using var http2 = await RawHttp2.ConnectAsync(_gateway.Http2Port);
        var answer = await http2.AskAsync((":method", "GET"), (":scheme", "http"), (":authority", "wiki.test"), (":path", "/"), ("host", "other.test"));
        Assert.True(answer.Status is 0 or 400 || !answer.Body.Contains("other.test", StringComparison.Ordinal), answer.Body);
    }

    [Theory]
    [InlineData("x-a", "a\r\nDoorward-User: root")]
    [InlineData("x-a", "a\nb")]
    [InlineData("x-a", "a\0b")]
    [InlineData("x-a\r\ndoorward-user", "root")]
    [InlineData("X-Upper", "1")]
    [InlineData("connection", "close")]
    [InlineData("upgrade", "websocket")]
    [InlineData("te", "gzip")]
    [InlineData("content-length", "5")]
    public async Task Refuses_http2_fields_that_would_not_be_one_line(string name, string value)
    {
        await using var http2 = await RawHttp2.ConnectAsync(_gateway.Http2Port);
        var answer = await http2.AskAsync((":method", "GET"), (":scheme", "http"), (":authority", "wiki.test"), (":path", "/"), (name, value));
        Assert.True(answer.Status is 0 or 400, $"answered {answer.Status}: {answer.Body}");
        Assert.Empty(_upstream.Targets);
    }

    [Theory]
    [InlineData("http://wiki.test", 200)]
    [InlineData("http://evil.test", 403)]
    public async Task Asks_http2_web_sockets_for_their_origin(string origin, int status)
    {
        await using var http2 = await RawHttp2.ConnectAsync(_gateway.Http2Port);
        var asking = http2.AskAsync((":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":authority", "wiki.test"),
            (":path", status == 200 ? "/bye" : "/ws"), ("sec-websocket-version", "13"), ("origin", origin));
        var answer = await asking.WaitAsync(TimeSpan.FromSeconds(30));
        if (status == 403) Assert.Equal(403, answer.Status);
        else Assert.NotEqual(403, answer.Status);
    }

    [Fact]
    public async Task Opens_no_http2_tunnel()
    {
        await using var http2 = await RawHttp2.ConnectAsync(_gateway.Http2Port);
        Assert.Equal(405, (await http2.AskAsync((":method", "CONNECT"), (":authority", "wiki.test"))).Status);
    }

    private static async Task<(int Status, string Code)> CodeAsync(RawConnection connection, string method)
    {
        var answer = await connection.AskAsync($"{method} / HTTP/1.1\r\nHost: wiki.test\r\nAccept: application/json\r\n\r\n");
        return (answer.Status, answer.Code);
    }
}
