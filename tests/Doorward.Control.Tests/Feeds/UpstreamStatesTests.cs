using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Tests.Api;
using Doorward.Core.Protocol;

namespace Doorward.Control.Tests.Feeds;

/// <summary>How upstreams are is what connected gateways say of them, and nothing older.</summary>
public sealed class UpstreamStatesTests
{
    [Fact]
    public async Task What_a_gateway_reports_is_told_until_it_reports_otherwise_or_goes()
    {
        await using var host = await ApiHost.StartAsync();
        using var gateway = await host.Control.JoinAsync();
        using (var feed = await gateway.FollowAsync())
        {
            await feed.ReadAsync(ControlMessage.KindOneofCase.Snapshot);
            Assert.Equal("", await SeenAsync(host, ""));
            await ReportAsync(feed, ("wiki", "http://127.0.0.1:1", true), ("wiki", "http://127.0.0.1:2", false), ("blog", "http://127.0.0.1:3", true));
            Assert.Equal("blog http://127.0.0.1:3 edge True, wiki http://127.0.0.1:1 edge True, wiki http://127.0.0.1:2 edge False", await SeenAsync(host, ""));
            Assert.Equal("blog http://127.0.0.1:3 edge True", await SeenAsync(host, "?application=blog"));
            await ReportAsync(feed, ("wiki", "http://127.0.0.1:2", true));
            Assert.Equal("wiki http://127.0.0.1:2 edge True", await SeenAsync(host, ""));
        }

        for (var tries = 0; tries < 300 && await SeenAsync(host, "") != ""; tries++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("", await SeenAsync(host, ""));
    }

    // The answer to a ping comes once what was sent before it is taken.
    private static async Task ReportAsync(TestFeed feed, params (string Application, string Upstream, bool Well)[] states)
    {
        var report = new UpstreamReport();
        report.Upstreams.AddRange(states.Select(static state => new UpstreamState { Application = state.Application, Upstream = state.Upstream, Well = state.Well }));
        await feed.SendAsync(new GatewayMessage { Upstreams = report });
        await feed.SendAsync(new GatewayMessage { Ping = new Ping { Nonce = 1 } });
        await feed.ReadAsync(ControlMessage.KindOneofCase.Pong);
    }

    private static async Task<string> SeenAsync(ApiHost host, string query) => string.Join(", ", (await host.Local.GetFromJsonAsync<JsonElement>($"upstreams{query}")).GetProperty("items").EnumerateArray()
        .Select(static seen => $"{seen.GetProperty("application")} {seen.GetProperty("upstream")} {seen.GetProperty("gateway")} {seen.GetProperty("well")}"));
}
