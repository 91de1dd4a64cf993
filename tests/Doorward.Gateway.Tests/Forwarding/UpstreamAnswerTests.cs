using System.Net;
using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Forwarding;

/// <summary>What a compromised or broken application may say, and what becomes of it.</summary>
public sealed class UpstreamAnswerTests
{
    private const string Body = "Content-Length: 2\r\n\r\nok";

    private static readonly string s_hugeHeader = $"HTTP/1.1 200 OK\r\nX-A: {new string('a', 100_000)}\r\n{Body}";

    public static TheoryData<string> NoAnswers =>
    [
        $"HTTP/1.1 000 Odd\r\n{Body}",
        $"HTTP/1.1 99 Odd\r\n{Body}",
        $"HTTP/1.1 abc Odd\r\n{Body}",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 7\r\n\r\nok12345",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "<html>",
        "",
        s_hugeHeader,
    ];

    [Theory]
    [MemberData(nameof(NoAnswers), DisableDiscoveryEnumeration = true)]
    public async Task Says_502_when_it_is_no_answer_to_what_was_asked(string answer)
    {
        var got = await AskAsync(answer);
        Assert.Equal((502, "upstream-down"), (got.Status, got.Code));
    }

    [Theory]
    [InlineData("Doorward-User: root")]
    [InlineData("doorward-assertion: ey")]
    [InlineData("Set-Cookie: __Host-doorward=x; Path=/; Secure")]
    [InlineData("Set-Cookie: __Host-doorward-flow-1=x; Domain=door.test")]
    [InlineData("Connection: X-Hop\r\nX-Hop: doorward")]
    [InlineData("Keep-Alive: doorward")]
    [InlineData("Upgrade: doorward")]
    [InlineData("Proxy-Connection: doorward")]
    public async Task Passes_on_the_answer_without(string header)
    {
        var got = await AskAsync($"HTTP/1.1 200 OK\r\nX-Theirs: 1\r\n{header}\r\n{Body}");
        Assert.Equal((200, "ok"), (got.Status, got.Body));
        Assert.Contains("X-Theirs: 1", got.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("doorward", got.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Hop", got.Head, StringComparison.Ordinal);
    }

    // Whatever the line breaks mean to the upstream: no header of ours, and no second answer, comes out of a value.
    [Theory]
    [InlineData("X-A: a\rSet-Cookie: __Host-doorward=x")]
    [InlineData("X-A: a\r\n Doorward-User: root")]
    [InlineData("X-A: a\0b")]
    public async Task Keeps_a_value_on_its_line(string header)
    {
        var got = await AskAsync($"HTTP/1.1 200 OK\r\n{header}\r\n{Body}");
        Assert.DoesNotContain(got.Head.Split("\r\n"), line => line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase)
            || line.StartsWith("Doorward", StringComparison.OrdinalIgnoreCase) || line.Contains('\r', StringComparison.Ordinal) || line.Contains('\0', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Frames_the_answer_anew_when_its_length_is_stated_twice()
    {
        var got = await AskAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        Assert.Contains("Transfer-Encoding: chunked", got.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", got.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waits_for_the_answer_behind_early_hints()
    {
        var got = await AskAsync($"HTTP/1.1 103 Early Hints\r\nDoorward-User: root\r\n\r\nHTTP/1.1 200 OK\r\n{Body}");
        Assert.Equal((200, "ok"), (got.Status, got.Body));
        Assert.DoesNotContain("root", got.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_the_connection_when_the_answer_is_cut_short()
    {
        using var upstream = new RawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok");
        await using var gateway = await RunningGateway.StartAsync([upstream.Application]);
        using var client = Clients.Http(gateway);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://wiki.test/"));
    }

    [Fact]
    public async Task Passes_trailers_without_those_in_our_name()
    {
        using var upstream = new RawUpstream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
            + "Doorward-User: root\r\nSet-Cookie: __Host-doorward=x\r\nX-Theirs: 1\r\n\r\n");
        await using var gateway = await RunningGateway.StartAsync([upstream.Application]);
        using var client = Clients.Http(gateway, HttpVersion.Version20);
        using var response = await client.GetAsync("http://wiki.test/");
        await response.Content.ReadAsStringAsync();
        Assert.Equal("x-theirs", Assert.Single(response.TrailingHeaders).Key, ignoreCase: true);
    }

    private static async Task<RawAnswer> AskAsync(string answer)
    {
        using var upstream = new RawUpstream(answer);
        await using var gateway = await RunningGateway.StartAsync([upstream.Application]);
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        return await connection.AskAsync("GET / HTTP/1.1\r\nHost: wiki.test\r\nAccept: application/json\r\n\r\n");
    }
}
