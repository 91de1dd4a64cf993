using System.Text;
using System.Text.Json;
using Doorward.Core.Look;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Tests.Running;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Tests.Pages;

public sealed class PageTests
{
    private const string Script = "<script>alert('x')</script>\"&";

    private static readonly Denial s_denial = new()
    {
        Status = 403,
        Code = "no-permit",
        Reference = "dec_1",
        Title = $"Wiki {Script}",
        Summary = $"You may not read this. {Script}",
        Missing = ["a second factor", Script],
        Remedies = [new("Confirm it is you", new Uri("https://auth.door.test/signin?assurance=2&x='\"><b>")), new($"Ask {Script}"), new("Never", new Uri("javascript:alert(1)"))],
        Challenge = "Bearer",
    };

    [Fact]
    public void Encodes_every_word_it_did_not_write_itself()
    {
        var page = DenialPage.Render(s_denial).ToString();
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_is_missing_how_to_get_it_and_whom_to_name_it_to()
    {
        var page = DenialPage.Render(s_denial).ToString();
        Assert.Contains("<li>a second factor</li>", page, StringComparison.Ordinal);
        Assert.Contains(">Confirm it is you</a>", page, StringComparison.Ordinal);
        Assert.Contains("<code>dec_1</code>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/wiki?page=1", true)]
    [InlineData("https://auth.door.test/", true)]
    [InlineData("//evil.test/", false)]
    [InlineData("/\\evil.test/", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("http://evil.test/", false)]
    public void Leads_only_to_this_host_or_over_https(string target, bool shown)
    {
        var page = DenialPage.Render(s_denial with { Links = [new("Go on", target)] }).ToString();
        Assert.Equal(shown, page.Contains(">Go on</a>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", 5, true)]
    [InlineData("POST", 5, false)]
    [InlineData("GET", null, false)]
    public async Task Offers_to_try_again_what_may_work_later_and_can_be_repeated(string method, int? retryAfter, bool offered)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Accept = "text/html";
        using var body = new MemoryStream();
        context.Response.Body = body;
        await DenialWriter.WriteAsync(context, s_denial with { RetryAfter = retryAfter });
        Assert.Equal(offered, Encoding.UTF8.GetString(body.ToArray()).Contains(">Try again</a>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sec-Fetch-Mode", "navigate", true)]
    [InlineData("Sec-Fetch-Mode", "cors", false)]
    [InlineData("Sec-Fetch-Dest", "document", true)]
    [InlineData("Sec-Fetch-Dest", "script", false)]
    [InlineData("Accept", "text/html,application/xhtml+xml", true)]
    [InlineData("Accept", "application/json", false)]
    [InlineData("Accept", "*/*", false)]
    [InlineData("X-Requested-With", "XMLHttpRequest", false)]
    public void Tells_people_from_programs(string name, string value, bool browser)
    {
        var context = new DefaultHttpContext();
        if (name == "X-Requested-With") context.Request.Headers.Accept = "text/html";
        context.Request.Headers[name] = value;
        Assert.Equal(browser, ClientKind.IsBrowser(context.Request));
    }

    [Fact]
    public async Task Tells_programs_the_same_as_problem_json()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        await DenialWriter.WriteAsync(context, s_denial);
        using var json = JsonDocument.Parse(body.ToArray());
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.Equal("Bearer", context.Response.Headers.WWWAuthenticate);
        Assert.Equal(403, json.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("dec_1", json.RootElement.GetProperty("reference").GetString());
        Assert.Equal("a second factor", json.RootElement.GetProperty("missing")[0].GetString());
        Assert.Equal("Confirm it is you", json.RootElement.GetProperty("remedies")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Serves_pages_that_run_nothing_and_cannot_be_framed()
    {
        await using var gateway = await RunningGateway.StartAsync([]);
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        var answer = await connection.AskAsync("GET / HTTP/1.1\r\nHost: unknown.test\r\nAccept: text/html\r\n\r\n");
        Assert.Equal(404, answer.Status);
        Assert.Contains("Content-Type: text/html; charset=utf-8", answer.Head, StringComparison.Ordinal);
        Assert.Contains("Content-Security-Policy: default-src 'none'; style-src 'self'", answer.Head, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer.Head, StringComparison.Ordinal);
        Assert.Contains("X-Content-Type-Options: nosniff", answer.Head, StringComparison.Ordinal);
        Assert.Contains("Cache-Control: no-store", answer.Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wiki.test", "style.css", "text/css", "prefers-color-scheme: dark")]
    [InlineData("auth.door.test", "style.css", "text/css", "prefers-color-scheme: dark")]
    [InlineData("wiki.test", "icon.svg", "image/svg+xml", "<svg")]
    public async Task Serves_the_look_of_its_pages_on_every_host(string host, string file, string type, string content)
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        var answer = await connection.AskAsync($"GET /.doorward/{file} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Assert.Equal(200, answer.Status);
        Assert.Contains(type, answer.Head, StringComparison.Ordinal);
        Assert.Contains(content, answer.Body, StringComparison.Ordinal);
        var tag = answer.Head.Split("\r\n").Single(line => line.StartsWith("ETag: ", StringComparison.Ordinal))[6..];
        Assert.Equal(304, (await connection.AskAsync($"GET /.doorward/{file} HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {tag}\r\n\r\n")).Status);
        Assert.Equal(0, upstream.Requests);
    }

    [Fact]
    public void Loads_nothing_from_elsewhere_in_its_stylesheet()
    {
        var style = Encoding.UTF8.GetString(HouseLook.Stylesheet.Span);
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
    }
}
