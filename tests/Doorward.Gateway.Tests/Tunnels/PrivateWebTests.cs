using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tunnels;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Web applications through a connector are as any other: asked, judged, streamed, cut; only the way to them is another.</summary>
public sealed class PrivateWebTests(PrivateWeb site) : IClassFixture<PrivateWeb>
{
    private const int Large = 8 * 1024 * 1024;

    [Fact]
    public async Task Answers_on_connections_that_are_kept_and_nobody_who_may_not_gets_an_order_out()
    {
        var cookie = site.Cookie("web");
        var before = site.Orders("web.internal");
        for (var i = 0; i < 20; i++)
        {
            var (status, body) = await AskAsync("web", cookie, $"/page?{i}");
            Assert.Equal(200, status);
            Assert.StartsWith($"GET /page?{i}\n", body, StringComparison.Ordinal);
            Assert.Contains("Doorward-User: alice\n", body, StringComparison.Ordinal);
        }

        Assert.InRange(site.Orders("web.internal") - before, 0, 2);
        var orders = site.Connector.Orders.Count;
        Assert.Equal(401, (await AskAsync("web", null, "/page")).Status);
        var mallory = site.Gateway.Plane.SignIn("ses_mallory", "mallory", "web.door.test", TimeProvider.System.GetUtcNow());
        Assert.Equal(403, (await AskAsync("web", mallory, "/page")).Status);
        Assert.Equal(orders, site.Connector.Orders.Count);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("secure")]
    public async Task Carries_large_bodies_both_ways_also_over_tls(string application)
    {
        var cookie = site.Cookie(application);
        var (status, told) = await AskAsync(application, cookie, "/upload", new byte[Large]);
        Assert.Equal((200, $"{Large}"), (status, told));
        (status, var came) = await AskAsync(application, cookie, $"/bytes?{Large}");
        Assert.Equal((200, Large), (status, came.Length));
        for (var i = 0; i < Large; i += 16) Assert.Equal(i / 16, int.Parse(came.AsSpan(i, 15), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Streams_and_sockets_go_on_until_they_are_cut_and_then_their_way_is_closed()
    {
        var cookie = site.Cookie("web", "ses_cut");
        string Url(string path) => $"https://web.door.test{path}";
        LiveClient[] open =
        [
            await LiveClient.OpenWebSocketAsync(site.Gateway.Port, site.Gateway.CaFile, Url("/ws"), cookie, HttpVersion.Version11),
            await LiveClient.OpenWebSocketAsync(site.Gateway.Port, site.Gateway.CaFile, Url("/ws"), cookie, HttpVersion.Version20),
            await LiveClient.OpenStreamAsync(site.Gateway.Port, site.Gateway.CaFile, Url("/drip"), cookie, HttpVersion.Version20),
            await LiveClient.OpenStreamAsync(site.Gateway.Port, site.Gateway.CaFile, Url("/download"), cookie, HttpVersion.Version11),
            await LiveClient.OpenUploadAsync(site.Gateway.Port, site.Gateway.CaFile, Url("/upload"), cookie, HttpVersion.Version20),
        ];
        try
        {
            var carried = Carried();
            Assert.True(carried >= open.Length);
            await Eventually.TrueAsync(() => open[2].Bytes > 100 && open[3].Bytes > 100_000, "they stream");
            Assert.All(open, static client => Assert.False(client.Ended.IsCompleted));
            site.Gateway.Plane.Commit(Scenario.SessionEnded("ses_cut"));
            var endings = await Task.WhenAll(open.Select(static client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(5));
            Assert.All(endings[..2], static ending => Assert.StartsWith("1008", ending.How, StringComparison.Ordinal));
            await Eventually.TrueAsync(() => Carried() <= carried - open.Length, "what carried them is closed");
        }
        finally
        {
            foreach (var client in open) await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_target_that_refuses_hangs_or_resets_is_told_plainly_and_the_others_are_untouched()
    {
        var cookie = site.Cookie("web");
        foreach (var (application, expected, code) in new[] { ("refuses", 502, "upstream-down"), ("unreachable", 504, "upstream-timeout"), ("hangs", 504, "upstream-timeout"), ("silent", 504, "upstream-timeout"), ("resets", 502, "upstream-down"), ("mistaken", 502, "upstream-down") })
        {
            var asking = AskAsync(application, site.Cookie(application, $"ses_{application}"), "/");
            Assert.Equal(200, (await AskAsync("web", cookie, "/")).Status);
            var (status, body) = await asking.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(status == expected, $"{application}: {status} {body}");
            Assert.Equal(code, JsonSerializer.Deserialize<JsonElement>(body).GetProperty("code").GetString());
        }

        Assert.Equal(200, (await AskAsync("web", cookie, "/")).Status);
    }

    [Fact]
    public async Task A_connection_that_its_target_has_ended_is_not_used_again()
    {
        var cookie = site.Cookie("brief");
        for (var i = 0; i < 3; i++) Assert.Equal((200, "ok"), await AskAsync("brief", cookie, "/"));
        Assert.Equal(3, site.Orders("brief.internal"));
    }

    [Fact(Explicit = true)]
    public async Task A_machine_that_drains_is_rid_of_kept_connections_within_a_minute_and_nobody_notices()
    {
        var cookie = site.Cookie("web");
        Assert.Equal(200, (await AskAsync("web", cookie, "/")).Status);
        await using var second = await TestConnector.StartAsync(site.Gateway, replica: "rep2");
        await site.Connector.HelloAsync(draining: true);
        var drained = site.Gateway.Part<Connectors>().Replicas.Single(static one => one.Id == "rep1");
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(200, (await AskAsync("web", cookie, "/")).Status);
                return drained.Tunnels == 0;
            },
            "nothing is left of it",
            60);
        Assert.True(second.Served > 0);
    }

    [Fact]
    public async Task A_machine_that_falls_silent_gets_no_request_any_more_on_connections_that_were_kept_and_its_tunnels_may_go_on()
    {
        await using var kept = await TunnelSite.StartAsync();
        await using var web = await Upstream.StartAsync();
        var revision = kept.Gateway.Plane.Commit(
            Scenario.Application(PrivateWeb.Application("web", new Uri(web.Address).Port)),
            Scenario.Policy("webs", """permit (principal in Group::"engineering", action, resource == Application::"web");"""));
        await Eventually.TrueAsync(() => kept.Gateway.State.Current.Revision >= revision, "the application is known");
        var cookie = kept.Gateway.Plane.SignIn("ses_web", "alice", "web.door.test", TimeProvider.System.GetUtcNow());
        await using var tunnel = await kept.EchoAsync();
        Assert.Equal(200, (await AskAsync(kept.Gateway, "web", cookie, "/")).Status);
        Assert.Equal(2, kept.Seen("rep1")!.Tunnels);

        await using var second = await TestConnector.StartAsync(kept.Gateway, replica: "rep2");
        kept.Connector.IsSilent = true;
        await Eventually.TrueAsync(() => kept.Seen("rep1")!.Orders is null, "the silence is noticed");
        await Eventually.TrueAsync(() => kept.Seen("rep1")!.Tunnels == 1, "what was kept for requests is not kept any more");
        Assert.Equal(200, (await AskAsync(kept.Gateway, "web", cookie, "/")).Status);
        Assert.Equal(1, second.Served);
        await tunnel.ExchangeAsync();
    }

    private int Carried() => site.Gateway.Part<Connectors>().Replicas.Sum(static replica => replica.Tunnels);

    private Task<(int Status, string Body)> AskAsync(string application, string? cookie, string path, byte[]? body = null) =>
        AskAsync(site.Gateway, application, cookie, path, body);

    private static async Task<(int Status, string Body)> AskAsync(DecidingGateway gateway, string application, string? cookie, string path, byte[]? body = null)
    {
        using var http = new HttpMessageInvoker(Visitor.NewHandler(gateway.Port, gateway.CaFile));
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, $"https://{application}.door.test{path}") { Version = HttpVersion.Version20 };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (cookie is not null) request.Headers.TryAddWithoutValidation("Cookie", cookie);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Headers.TryAddWithoutValidation("Origin", $"https://{application}.door.test");
        }

        using var response = await http.SendAsync(request, CancellationToken.None);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
