using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Pages;

/// <summary>What the server refuses before any of ours sees it is answered in words all the same.</summary>
public sealed class UnreadableRequestTests : IAsyncLifetime
{
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
    [InlineData("/a%00b")]
    [InlineData("/a%2500b")]
    [InlineData("/%2e%2e/admin")]
    [InlineData("/a/../admin")]
    [InlineData("/a%c0%afb")]
    [InlineData("/a%ed%a0%80b")]
    [InlineData("/a%ff")]
    [InlineData("/a%2fb")]
    [InlineData("/a%zz")]
    [InlineData("/a\\b")]
    [InlineData("/%")]
    public async Task A_path_that_cannot_be_read_gets_a_page_with_a_reference(string path)
    {
        await using var connection = await RawConnection.ConnectTlsAsync(_gateway.TlsPort, "wiki.test");
        var answer = await connection.AskAsync($"GET {path} HTTP/1.1\r\nHost: wiki.test\r\nAccept: text/html\r\n\r\n");
        Assert.Equal(400, answer.Status);
        Assert.Contains("<code>ref_", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(path, answer.Body, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Requests);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", 400, "")]
    [InlineData("GET / HTTP/1.1\r\nHost: wiki.test\r\nAccept: application/json\r\nX-A : 1\r\n\r\n", 400, "request-malformed")]
    [InlineData("GET / HTTP/1.1\r\nHost: wiki.test\r\nAccept: text/html\r\nX-A: a\0b\r\n\r\n", 400, "")]
    [InlineData("POST / HTTP/1.1\r\nHost: wiki.test\r\nAccept: application/json\r\nContent-Length: x\r\n\r\n", 400, "request-malformed")]
    [InlineData("POST /upload HTTP/1.1\r\nHost: wiki.test\r\nAccept: application/json\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n", 400, "request-malformed")]
    public async Task A_request_that_is_malformed_gets_words_and_the_connection_ends(string text, int status, string code)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var answer = await connection.AskAsync(text);
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains("ref_", answer.Body, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("nosniff", answer.Head, StringComparison.Ordinal);
        Assert.True(await connection.EndsAsync());
    }

    [Fact]
    public async Task A_header_block_or_address_beyond_the_limit_says_which()
    {
        var fields = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"));
        await using var headers = await RawConnection.ConnectAsync(_gateway.Http1Port);
        Assert.Equal("headers-too-large", (await headers.AskAsync($"GET / HTTP/1.1\r\nHost: wiki.test\r\nAccept: application/json\r\n{fields}\r\n")).Code);
        await using var address = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var answer = await address.AskAsync($"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: wiki.test\r\n\r\n");
        Assert.Equal(414, answer.Status);
        Assert.Contains("This address is too long", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_request_gets_no_body()
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        await connection.SendAsync("HEAD / HTTP/1.1\r\nHost: wiki.test\r\nX-A : 1\r\n\r\n");
        using var reader = new StreamReader(connection.Stream);
        Assert.EndsWith("\r\n\r\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }
}
