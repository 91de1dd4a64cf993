using System.Net.WebSockets;
using System.Text;
using Doorward.Cli.Demo;
using Doorward.Cli.Documents;

namespace Doorward.Cli.Tests.Demo;

public class DemoApplicationsTests
{
    [Fact]
    public async Task Pages_allow_no_inline_script_and_have_none()
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient();
        foreach (var address in (Uri[])[demo.Live, demo.Vault])
        {
            using var answer = await http.GetAsync(address);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            var page = await answer.Content.ReadAsStringAsync();

            Assert.DoesNotContain("unsafe", policy);
            Assert.StartsWith("default-src 'none'", policy);
            Assert.DoesNotMatch("<script(?![^>]* src=)", page);
            Assert.DoesNotMatch("<style| style=| on[a-z]+=", page);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task Everything_a_page_refers_to_is_served()
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient { BaseAddress = demo.Live };

        Assert.Contains("color-scheme", await http.GetStringAsync("/page.css"));
        Assert.Contains("new WebSocket(", await http.GetStringAsync("/live.js"));
    }

    [Fact]
    public async Task The_page_shows_the_identity_headers_as_text()
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Doorward-User", "<b>eve</b>");
        http.DefaultRequestHeaders.Add("Doorward-Assertion", $"e30.{Convert.ToBase64String("""{"sub":"<i>1</i>"}"""u8).TrimEnd('=')}.sig");

        var page = await http.GetStringAsync(demo.Live);

        Assert.Contains("&lt;b&gt;eve&lt;/b&gt;", page);
        Assert.Contains("&quot;sub&quot;", page);
        Assert.DoesNotContain("<b>eve", page);
        Assert.DoesNotContain("<i>1", page);
    }

    [Theory]
    [InlineData("a.!!.c")]
    [InlineData("a.e30x.c")]
    [InlineData("only")]
    public async Task An_assertion_that_is_none_does_not_break_the_page(string assertion)
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Doorward-Assertion", assertion);

        Assert.Contains("</html>", await http.GetStringAsync(demo.Live));
    }

    [Fact]
    public async Task The_event_stream_and_the_socket_tick_until_they_are_ended()
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);
        using var http = new HttpClient();
        await using var events = await http.GetStreamAsync(new Uri(demo.Live, "/events"));
        using var lines = new StreamReader(events);
        Assert.Matches(@"^data: \d\d:\d\d:\d\d UTC$", await lines.ReadLineAsync());

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(demo.Live) { Scheme = "ws", Path = "/socket" }.Uri, CancellationToken.None);
        var buffer = new byte[64];
        var message = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Matches(@"^\d\d:\d\d:\d\d UTC$", Encoding.UTF8.GetString(buffer, 0, message.Count));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        while (message.MessageType != WebSocketMessageType.Close && socket.State is WebSocketState.CloseSent)
        {
            try
            {
                message = await socket.ReceiveAsync(buffer, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                break;
            }
        }

        Assert.NotEqual(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Listens_on_loopback_only()
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);

        Assert.Equal("127.0.0.1", demo.Live.Host);
        Assert.Equal("127.0.0.1", demo.Vault.Host);
        Assert.NotEqual(demo.Live.Port, demo.Vault.Port);
    }

    [Fact]
    public async Task The_demo_applies_documents_that_the_reader_takes()
    {
        await using var demo = await DemoApplications.StartAsync(TimeProvider.System, CancellationToken.None);

        var documents = DocumentReader.Read("demo", DemoResources.Yaml(demo, "x.test"));

        Assert.Equal(["Group", "Application", "Application", "Policy", "Policy", "Policy"], documents.Select(document => document.Json["kind"]!.GetValue<string>()));
        Assert.Equal($"http://127.0.0.1:{demo.Live.Port}", documents[1].Json["spec"]!["upstream"]!.GetValue<string>());
    }

    [Fact]
    public void No_two_demos_share_credentials_and_none_prints_them()
    {
        var (one, other) = (DemoCredentials.Create(), DemoCredentials.Create());

        Assert.NotEqual(one.Password, other.Password);
        Assert.NotEqual(one.TotpSecret, other.TotpSecret);
        Assert.Matches("^[A-Z2-7]{32}$", one.TotpSecret);
        Assert.DoesNotContain(one.Password, one.ToString());
    }
}
