using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Tests.Api;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

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

        for (var tries = 0; tries < 1_200 && await SeenAsync(host, "") != ""; tries++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("", await SeenAsync(host, ""));
    }

    [Fact]
    public async Task What_is_no_certificate_and_no_upstream_is_not_shown_and_breaks_no_page()
    {
        await using var host = await ApiHost.StartAsync();
        using var gateway = await host.Control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.ReadAsync(ControlMessage.KindOneofCase.Snapshot);
        var now = TimeProvider.System.GetUtcNow().ToTimestamp();
        var later = TimeProvider.System.GetUtcNow().AddDays(1).ToTimestamp();
        var hash = ByteString.CopyFrom(new byte[32]);
        await TellAsync(feed, new GatewayMessage
        {
            Certificates = new HostCertificatesHeld
            {
                Certificates =
                {
                    new HostCertificateHeld { Host = "good", NotBefore = now, NotAfter = later, Sha256 = hash },
                    new HostCertificateHeld { Host = "no-times", Sha256 = hash },
                    new HostCertificateHeld { Host = "no-time", NotBefore = new Timestamp { Seconds = long.MinValue }, NotAfter = later, Sha256 = hash },
                    new HostCertificateHeld { Host = "ends-first", NotBefore = later, NotAfter = now, Sha256 = hash },
                    new HostCertificateHeld { Host = "short", NotBefore = now, NotAfter = later, Sha256 = ByteString.CopyFrom(new byte[4]) },
                    new HostCertificateHeld { Host = new string('x', 300), NotBefore = now, NotAfter = later, Sha256 = hash },
                    new HostCertificateHeld { NotBefore = now, NotAfter = later, Sha256 = hash },
                    Enumerable.Repeat(new HostCertificateHeld { Host = "many", NotBefore = now, NotAfter = later, Sha256 = hash }, 600),
                },
            },
        });
        await TellAsync(feed, new GatewayMessage
        {
            Upstreams = new UpstreamReport
            {
                Upstreams =
                {
                    new UpstreamState { Application = "wiki", Upstream = "http://127.0.0.1:1", Well = true, Since = now },
                    new UpstreamState { Application = "wiki", Upstream = "http://127.0.0.1:2", Since = new Timestamp { Seconds = long.MaxValue } },
                    new UpstreamState { Application = "wiki", Upstream = new string('x', 4000), Since = now },
                    new UpstreamState { Application = new string('x', 4000), Upstream = "http://127.0.0.1:1", Since = now },
                },
            },
        });

        var hosts = (await host.Local.GetFromJsonAsync<JsonElement>("certificates")).GetProperty("hosts").EnumerateArray().Select(static one => one.GetProperty("host").GetString()).ToList();
        Assert.Equal(["good", "many"], hosts.Distinct());
        Assert.InRange(hosts.Count, 2, 500);
        Assert.Equal("wiki http://127.0.0.1:1 edge True", await SeenAsync(host, ""));
    }

    private static async Task ReportAsync(TestFeed feed, params (string Application, string Upstream, bool Well)[] states)
    {
        var report = new UpstreamReport();
        report.Upstreams.AddRange(states.Select(static state => new UpstreamState { Application = state.Application, Upstream = state.Upstream, Well = state.Well, Since = TimeProvider.System.GetUtcNow().ToTimestamp() }));
        await TellAsync(feed, new GatewayMessage { Upstreams = report });
    }

    // The answer to a ping comes once what was sent before it is taken.
    private static async Task TellAsync(TestFeed feed, GatewayMessage message)
    {
        await feed.SendAsync(message);
        await feed.SendAsync(new GatewayMessage { Ping = new Ping { Nonce = 1 } });
        await feed.ReadAsync(ControlMessage.KindOneofCase.Pong);
    }

    private static async Task<string> SeenAsync(ApiHost host, string query) => string.Join(", ", (await host.Local.GetFromJsonAsync<JsonElement>($"upstreams{query}")).GetProperty("items").EnumerateArray()
        .Select(static seen => $"{seen.GetProperty("application")} {seen.GetProperty("upstream")} {seen.GetProperty("gateway")} {seen.GetProperty("well")}"));
}
