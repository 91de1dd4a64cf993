using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tests.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Tls;

/// <summary>Who comes under no name of ours learns that, and nothing else.</summary>
public sealed class StrangerTests : IAsyncLifetime
{
    private const string Json = "Accept: application/json\r\n";
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
    [InlineData("unknown.test", "unknown.test", 404, "host-unknown")]
    [InlineData("unknown.test", "other.test", 404, "host-unknown")]
    [InlineData("unknown.test", "wiki.test", 421, "server-name-differs")]
    [InlineData("unknown.test", "auth.door.test", 421, "server-name-differs")]
    [InlineData("unknown.test", "agent.door.test", 421, "server-name-differs")]
    [InlineData("", "127.0.0.1", 421, "server-name-missing")]
    [InlineData("", "wiki.test", 421, "server-name-missing")]
    public async Task Are_told_that_there_is_no_door_under_a_certificate_that_names_nobody(string server, string host, int status, string code)
    {
        X509Certificate2? seen = null;
        await using var connection = await RawConnection.ConnectTlsAsync(_gateway.TlsPort, server, Remember(certificate => seen = certificate));
        var answer = await connection.AskAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n{Json}\r\n");
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains("\"reference\":\"ref_", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("door.test", answer.Body, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.Requests);
        Assert.DoesNotContain(seen!.Extensions, extension => extension is X509SubjectAlternativeNameExtension);
        Assert.DoesNotContain(".test", seen.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_served_nothing_on_the_same_connection_once_the_name_has_a_door()
    {
        await using var connection = await RawConnection.ConnectTlsAsync(_gateway.TlsPort, "late.test", Remember(_ => { }));
        Assert.Equal(404, (await connection.AskAsync($"GET / HTTP/1.1\r\nHost: late.test\r\n{Json}\r\n")).Status);
        _gateway.Replace(_upstream.Application("late.test"));
        Assert.Equal("server-name-differs", (await connection.AskAsync($"GET / HTTP/1.1\r\nHost: late.test\r\n{Json}\r\n")).Code);
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Get_a_page_with_the_look_of_ours_and_a_reference()
    {
        await using var connection = await RawConnection.ConnectTlsAsync(_gateway.TlsPort, "unknown.test", Remember(_ => { }));
        var page = await connection.AskAsync("GET / HTTP/1.1\r\nHost: unknown.test\r\nAccept: text/html\r\n\r\n");
        Assert.Contains("There is no door of this name here", page.Body, StringComparison.Ordinal);
        Assert.Contains("<code>ref_", page.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await connection.AskAsync($"GET {OwnPaths.Stylesheet} HTTP/1.1\r\nHost: unknown.test\r\n\r\n")).Status);
    }

    [Fact]
    public async Task At_this_machine_are_shown_the_way_to_the_console()
    {
        await using var connection = await RawConnection.ConnectTlsAsync(_gateway.TlsPort, "localhost", Remember(_ => { }));
        var page = await connection.AskAsync($"GET / HTTP/1.1\r\nHost: localhost:{_gateway.TlsPort}\r\nAccept: text/html\r\n\r\n");
        Assert.Equal(404, page.Status);
        Assert.Contains($"https://console.door.test:{RunningGateway.PublicPort}/", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("wiki", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "::1", true)]
    [InlineData("[::1]", "::ffff:127.0.0.1", true)]
    [InlineData("localhost", "203.0.113.7", false)]
    [InlineData("evil.test", "127.0.0.1", false)]
    [InlineData("192.0.2.1", "127.0.0.1", false)]
    public void From_elsewhere_or_under_another_name_are_shown_no_way(string host, string from, bool shown)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(from) } };
        Assert.Equal(shown, !WayIn.For(context, host, _gateway.Routes.Current).IsEmpty);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: wiki.test\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    public async Task Who_speak_plain_http_are_told_that_the_port_speaks_https(string text)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.TlsPort);
        var answer = await connection.AskAsync(text);
        Assert.Equal(400, answer.Status);
        Assert.Contains("https://", answer.Body, StringComparison.Ordinal);
        Assert.True(await connection.EndsAsync());
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Who_say_nothing_are_not_waited_for()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await RunningGateway.StartAsync([], time: time);
        await using var connection = await RawConnection.ConnectAsync(gateway.TlsPort);
        var ended = connection.EndsAsync();
        for (var i = 0; i < 200 && !ended.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        Assert.True(ended.IsCompletedSuccessfully);
    }

    private static RemoteCertificateValidationCallback Remember(Action<X509Certificate2> seen) => (_, certificate, _, _) =>
    {
        if (certificate is not null) seen(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
        return certificate is not null;
    };
}
