using System.Text;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Forwarding;

public sealed class HeaderTests : IAsyncLifetime
{
    private const string Forged = "forged-value";
    private RunningUpstream _upstream = null!;
    private RunningGateway _gateway = null!;

    // From the reference page, not from the table: a row that is taken away must fail here.
    public static TheoryData<string> OwnedNames => [.. ReferencePage.RemovedHeaders.Select(name => name.Replace("*", "Anything", StringComparison.Ordinal))];

    public async ValueTask InitializeAsync()
    {
        _upstream = await RunningUpstream.StartAsync();
        _gateway = await RunningGateway.StartAsync([_upstream.Application()], ownedHeaders: ["X-Corp-Id", "X-Sso-*"]);
        _gateway.Identity = ForwardedIdentity.Of("a.signed.jwt", "alice", "alice@example.org", ["staff", "r&d, naïve"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(OwnedNames))]
    public async Task Removes_a_header_that_upstreams_believe(string name)
    {
        Assert.DoesNotContain(Forged, await SeenAsync($"{name}: {Forged}\r\n"), StringComparison.Ordinal);
        Assert.DoesNotContain(Forged, await SeenAsync($"{name.ToLowerInvariant()}: {Forged}\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X_Forwarded_User")]
    [InlineData("Doorward_User")]
    [InlineData("Remote.User")]
    [InlineData("X-Corp-Id")]
    [InlineData("x-sso-groups")]
    [InlineData("Any~Thing")]
    public async Task Removes_aliases_and_configured_names(string name) =>
        Assert.DoesNotContain(Forged, await SeenAsync($"{name}: {Forged}\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("X-Request-Id")]
    [InlineData("Accept-Language")]
    [InlineData("Authorization")]
    [InlineData("Range")]
    [InlineData("X-Remotely")]
    public async Task Lets_any_other_header_through(string name) =>
        Assert.Contains($"{name}: {Forged}", await SeenAsync($"{name}: {Forged}\r\n"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task Sets_its_own_headers_once()
    {
        var seen = await SeenAsync($"Doorward-User: {Forged}\r\nX-Forwarded-For: {Forged}\r\n");
        string[] own =
        [
            "Doorward-Assertion: a.signed.jwt", "Doorward-User: alice", "Doorward-Email: alice@example.org", "Doorward-Groups: staff,r&d%2C%20na%C3%AFve",
            "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http", "X-Forwarded-Host: wiki.test", "Host: wiki.test",
        ];
        var lines = seen.Split('\n');
        Assert.All(own, line => Assert.Single(lines, line));
    }

    [Theory]
    [InlineData("close, Doorward-User, Doorward-Assertion, X-Forwarded-For")]
    [InlineData("Host, Content-Length")]
    public async Task Lets_nobody_nominate_its_headers_away(string connection)
    {
        var seen = await SeenAsync($"Connection: {connection}\r\n");
        Assert.Contains("Doorward-User: alice", seen, StringComparison.Ordinal);
        Assert.Contains("Doorward-Assertion: a.signed.jwt", seen, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For: 127.0.0.1", seen, StringComparison.Ordinal);
        Assert.Contains("Host: wiki.test", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_forward_what_is_for_one_hop()
    {
        var seen = await SeenAsync("Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Authorization: x\r\nTE: gzip\r\n");
        Assert.All(["X-Hop", "Keep-Alive", "Proxy-Authorization", "TE:"], name => Assert.DoesNotContain(name, seen, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Removes_the_token_it_consumed()
    {
        _gateway.Identity = _gateway.Identity with { ConsumedAuthorization = true };
        Assert.DoesNotContain(Forged, await SeenAsync($"Authorization: Bearer {Forged}\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=1; __Host-doorward=secret; b=2", "a=1; b=2")]
    [InlineData("__Host-doorward=secret; b=\"2; x\" ;c", "b=\"2; x\" ;c")]
    [InlineData("b=2;__HOST-doorward-flow-7=secret", "b=2")]
    [InlineData("a=\u00e4\u00f6; __Host-doorward-auth=secret", "a=\u00e4\u00f6")]
    [InlineData("a= 1 ;  b;;=c", "a= 1 ;  b;;=c")]
    public async Task Keeps_its_cookies_to_itself_and_others_as_they_are(string sent, string arrives)
    {
        var seen = await SeenAsync($"Cookie: {sent}\r\n");
        Assert.Contains($"Cookie: {arrives}\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_no_cookie_field_when_nothing_is_left() =>
        Assert.DoesNotContain("Cookie", await SeenAsync("Cookie: __Host-doorward=secret\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Does_not_let_an_upstream_speak_in_its_name()
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var answer = await connection.AskAsync("GET /in-our-name HTTP/1.1\r\nHost: wiki.test\r\n\r\n");
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("doorward", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Set-Cookie: theirs=1; Path=/", answer.Head, StringComparison.Ordinal);
    }

    private async Task<string> SeenAsync(string headers)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var close = headers.Contains("Connection:", StringComparison.Ordinal) ? "" : "Connection: close\r\n";
        await connection.SendAsync($"GET / HTTP/1.1\r\nHost: wiki.test\r\n{headers}{close}\r\n");
        var answer = await ReadAsync(connection);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        return answer[answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)..].ReplaceLineEndings("\n");
    }

    // The echo is chunked: its end is a chunk of size 0.
    private static async Task<string> ReadAsync(RawConnection connection)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (!text.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await connection.Stream.ReadAsync(buffer);
            if (count == 0) break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
