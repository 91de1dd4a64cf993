using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Applications;
using Doorward.Gateway.Tests.Running;
using Doorward.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Doorward.Gateway.Tests.Forwarding;

public sealed class ForwarderTests
{
    [Fact]
    public async Task Shows_a_page_with_a_reference_when_the_upstream_is_down()
    {
        var nobody = new ApplicationDefinition { Name = "wiki", Hosts = ["wiki.test"], Upstreams = [new(ClosedAddress())] };
        await using var gateway = await RunningGateway.StartAsync([nobody]);
        using var client = Clients.Http(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://wiki.test/") { Headers = { { "Sec-Fetch-Mode", "navigate" } } };
        using var response = await client.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Matches("Reference <code>ref_[0-9a-z]{20}</code>", page);
    }

    [Fact]
    public async Task Answers_504_when_the_upstream_is_silent()
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { ActivityTimeout = TimeSpan.FromMilliseconds(300) }]);
        using var client = Clients.Http(gateway);
        using var response = await client.GetAsync("http://wiki.test/pending");
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Contains("\"code\":\"upstream-timeout\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_bodies_larger_than_any_default_limit_both_counted()
    {
        const long Size = 40L * 1024 * 1024;
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        using var client = Clients.Http(gateway);
        using var content = new StreamContent(new ZeroStream(Size));
        using var response = await client.PostAsync("http://wiki.test/upload", content);
        Assert.Equal($"{Size}", await response.Content.ReadAsStringAsync());
        var connection = await gateway.NextConnectionAsync();
        Assert.Equal((Size, 8L), (connection.BytesIn, connection.BytesOut));
        Assert.False(connection.IsOpen);
    }

    [Fact]
    public async Task Waits_for_100_continue_before_it_takes_a_body()
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        var interim = await connection.AskAsync("POST /upload HTTP/1.1\r\nHost: wiki.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        Assert.Equal(100, interim.Status);
        Assert.Equal(200, (await connection.AskAsync("hello")).Status);
    }

    [Fact]
    public async Task Takes_turns_and_leaves_a_dead_upstream_alone()
    {
        await using var one = await RunningUpstream.StartAsync();
        await using var two = await RunningUpstream.StartAsync();
        var application = one.Application() with { Upstreams = [new(one.Address), new(ClosedAddress()), new(two.Address)] };
        await using var gateway = await RunningGateway.StartAsync([application]);
        using var client = Clients.Http(gateway);
        var failures = 0;
        for (var i = 0; i < 20; i++)
        {
            using var response = await client.GetAsync("http://wiki.test/");
            if (!response.IsSuccessStatusCode) failures++;
        }

        Assert.Equal(1, failures);
        Assert.InRange(one.Requests, 8, 11);
        Assert.InRange(two.Requests, 8, 11);
    }

    [Fact]
    public async Task Takes_an_upstream_out_that_fails_its_health_check()
    {
        await using var good = await RunningUpstream.StartAsync();
        await using var bad = await RunningUpstream.StartAsync();
        var check = new HealthCheckDefinition { Path = "/fail", Interval = TimeSpan.FromMilliseconds(50) };
        var application = good.Application() with { Upstreams = [new(bad.Address)], HealthCheck = check };
        await using var gateway = await RunningGateway.StartAsync([application]);
        while (bad.Requests < 3) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var client = Clients.Http(gateway);

        // All unhealthy is treated as all healthy: a wrong check must not close the application.
        Assert.True((await client.GetAsync("http://wiki.test/")).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(true, true, 200)]
    [InlineData(false, true, 502)]
    [InlineData(true, false, 502)]
    public async Task Trusts_only_the_configured_authority_and_shows_its_own_certificate(bool rightAuthority, bool rightName, int status)
    {
        using var certificates = new Certificates();
        using var strangers = new Certificates();
        using var client = certificates.Leaf("gateway.test");
        using var server = certificates.Leaf("upstream.test");
        var seen = "";
        await using var upstream = await RunningUpstream.StartAsync(scheme: "https", listen: listener => listener.UseHttps(https =>
        {
            https.ServerCertificate = server;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => (seen = certificate.Subject).Length > 0;
        }));
        var tls = new UpstreamTlsDefinition
        {
            CaPem = (rightAuthority ? certificates : strangers).Pem,
            ServerName = rightName ? "upstream.test" : "another.test",
            ClientCertificatePem = client.ExportCertificatePem(),
            ClientKeyPem = client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
        };
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { Tls = tls }]);
        using var http = Clients.Http(gateway);
        using var response = await http.GetAsync("http://wiki.test/");
        Assert.True(status == (int)response.StatusCode, string.Join('\n', gateway.Messages));
        if (status == 200) Assert.Equal("CN=gateway.test", seen);
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 502)]
    public async Task Believes_a_pinned_certificate_and_no_other_like_it(bool same, int status)
    {
        using var certificates = new Certificates();
        using var server = certificates.Leaf("any.test");
        using var twin = certificates.Leaf("any.test");
        await using var upstream = await RunningUpstream.StartAsync(scheme: "https", listen: listener => listener.UseHttps(server));
        var tls = new UpstreamTlsDefinition { CaPem = (same ? server : twin).ExportCertificatePem() };
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { Tls = tls }]);
        using var http = Clients.Http(gateway);
        Assert.Equal(status, (int)(await http.GetAsync("http://wiki.test/")).StatusCode);
    }

    [Fact]
    public async Task Refuses_an_upstream_whose_tls_settings_cannot_be_read()
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { Tls = new() { CaPem = "no certificate" } }]);
        using var http = Clients.Http(gateway);
        Assert.Equal(HttpStatusCode.BadGateway, (await http.GetAsync("http://wiki.test/")).StatusCode);
        Assert.Equal(0, upstream.Requests);
    }

    [Fact]
    public async Task Speaks_http2_to_an_upstream_that_asks_for_it()
    {
        await using var upstream = await RunningUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { Protocol = UpstreamProtocol.Http2 }]);
        using var client = Clients.Http(gateway, HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://wiki.test/") { Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        using var response = await client.SendAsync(request);
        var seen = await response.Content.ReadAsStringAsync();
        Assert.Contains("TE: trailers", seen, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("application/grpc", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "wiki.test")]
    [InlineData(false, "127.0.0.1")]
    public async Task Names_the_asked_host_or_its_own_as_the_application_says(bool preserve, string host)
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { PreserveHost = preserve }]);
        using var client = Clients.Http(gateway);
        Assert.Contains($"\nHost: {host}", await client.GetStringAsync("http://wiki.test/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_upstreams_with_the_definition()
    {
        await using var first = await RunningUpstream.StartAsync();
        await using var second = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([first.Application()]);
        using var client = Clients.Http(gateway);
        await client.GetStringAsync("http://wiki.test/");
        gateway.Replace(second.Application());
        await client.GetStringAsync("http://wiki.test/");
        Assert.Equal((1, 1), (first.Requests, second.Requests));
    }

    private static Uri ClosedAddress() => new($"http://127.0.0.1:{FreePort.Choose()}");
}
