using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Doorward.Control.Tests.Api;

/// <summary>The connection test goes where a saved upstream may lead and nowhere else, and tells nothing of what it finds but whether it answers.</summary>
public sealed class UpstreamTestTests
{
    [Fact]
    public async Task Says_that_an_upstream_answers_and_nothing_of_what_it_says()
    {
        await using var host = await ApiHost.StartAsync();
        using var upstream = new OneAnswer("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/secret\r\nContent-Length: 6\r\n\r\nsecret");
        var (status, text) = await AskAsync(host, $"http://127.0.0.1:{upstream.Port}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        var answer = JsonDocument.Parse(text).RootElement;
        Assert.Equal("answers", answer.GetProperty("result").GetString());
        Assert.Equal(302, answer.GetProperty("status").GetInt32());
        Assert.StartsWith("HEAD / HTTP/1.1", await upstream.RequestAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_nothing_listens()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, text) = await AskAsync(host, "http://127.0.0.1:9");
        Assert.Equal("unreachable", JsonDocument.Parse(text).RootElement.GetProperty("result").GetString());
    }

    [Fact]
    public async Task Says_that_what_listens_speaks_no_http()
    {
        await using var host = await ApiHost.StartAsync();
        using var upstream = new OneAnswer("220 mail.example ESMTP\r\n");
        var (_, text) = await AskAsync(host, $"http://127.0.0.1:{upstream.Port}");
        Assert.Equal("notHttp", JsonDocument.Parse(text).RootElement.GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://metadata.google.internal")]
    [InlineData("http://0.0.0.0:80")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user:secret@127.0.0.1:9000")]
    [InlineData("http://127.0.0.1:9000/path")]
    [InlineData("not an address")]
    public async Task Refuses_what_no_application_may_have_as_its_upstream(string upstream)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, text) = await AskAsync(host, upstream);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("upstream", JsonDocument.Parse(text).RootElement.GetProperty("field").GetString());
        using var saved = await host.Local.PutAsJsonAsync("applications/thing", new { spec = new { hosts = new[] { "thing.doorward.localhost" }, upstream } });
        Assert.Equal(HttpStatusCode.BadRequest, saved.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://any.localhost")]
    public async Task Refuses_the_control_planes_own_port(string machine)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, _) = await AskAsync(host, $"{machine}:{host.Control.Address.Port}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    // What a name leads to is looked at when it is dialled: this machine's own name is the only one that a test can rely on.
    [Fact]
    public async Task Refuses_the_control_planes_own_port_under_a_name_that_leads_there()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, text) = await AskAsync(host, $"http://{Dns.GetHostName()}:{host.Control.Address.Port}");
        Assert.True(status == HttpStatusCode.BadRequest || JsonDocument.Parse(text).RootElement.GetProperty("result").GetString() == "refused", $"{status} {text}");
    }

    [Theory]
    [InlineData("auditors")]
    [InlineData("helpdesk")]
    [InlineData(null)]
    public async Task Nobody_but_administrators_may_ask(string? role)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        using var upstream = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var person = await host.PersonAsync("carol", role);
        using var refused = await person.PostAsJsonAsync("applications/test", new { upstream = $"http://127.0.0.1:{upstream.Port}" });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False(upstream.WasAsked);
    }

    [Fact]
    public async Task An_unknown_application_is_not_found()
    {
        await using var host = await ApiHost.StartAsync();
        using var answer = await host.Local.PostAsJsonAsync("applications/test", new { upstream = "http://127.0.0.1:9", application = "nowhere" });
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(ApiHost host, string upstream)
    {
        using var answer = await host.Local.PostAsJsonAsync("applications/test", new { upstream });
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A real socket that gives one answer whatever it is asked.</summary>
    private sealed class OneAnswer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task<string> _asked;

        public OneAnswer(string answer)
        {
            _listener.Start();
            _asked = ServeAsync(answer);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public bool WasAsked => _asked.IsCompletedSuccessfully;

        public Task<string> RequestAsync() => _asked.WaitAsync(TimeSpan.FromSeconds(30));

        public void Dispose() => _listener.Dispose();

        private async Task<string> ServeAsync(string answer)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            var buffer = new byte[4096];
            var read = await stream.ReadAsync(buffer);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            return Encoding.ASCII.GetString(buffer, 0, read);
        }
    }
}
