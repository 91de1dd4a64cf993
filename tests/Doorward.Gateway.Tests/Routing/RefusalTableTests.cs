using Doorward.Core.Applications;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Routing;

public sealed class RefusalTableTests : IAsyncLifetime
{
    private RunningUpstream _upstream = null!;
    private RunningGateway _gateway = null!;

    // From the samples, not from the table: a row that is taken away must fail here.
    public static TheoryData<string> Rows => [.. RefusalSamples.All.Keys];

    public async ValueTask InitializeAsync()
    {
        _upstream = await RunningUpstream.StartAsync();
        var other = _upstream.Application("other.test") with { Name = "other" };
        _gateway = await RunningGateway.StartAsync([_upstream.Application(), other]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Refuses_and_does_not_tell_the_upstream(string id)
    {
        var row = RefusalTable.Rows.Single(row => row.Id == id);
        var answer = await SendAsync(RefusalSamples.All[id]);

        // The application behind /upload sees a chunked body begin before its end turns out to be malformed.
        if (id != "chunk-malformed") Assert.Equal(0, _upstream.Requests);
        if (row.Stage != RefusalStage.Server && id != "several-hosts")
        {
            Assert.Equal((row.Status, id), (answer.Status, answer.Code));
        }
        else
        {
            // HTTP/2 has no status for a request that is malformed: the stream or the connection ends.
            Assert.Contains(answer.Status, new[] { row.Status, 0, 400 });
            Assert.True(answer.Status != 0 || RefusalSamples.All[id].Wire == Wire.Http2, "an HTTP/1.1 client gets a status");
        }
    }

    [Fact]
    public void Has_a_sample_for_every_row() => Assert.Equal(
        RefusalTable.Rows.Select(row => row.Id).Order(StringComparer.Ordinal),
        RefusalSamples.All.Keys.Append("control-in-header").Order(StringComparer.Ordinal));

    // Kestrel stops this first, in every version it speaks; the row holds should it ever not.
    [Theory]
    [InlineData("X-A", "a\r\nb")]
    [InlineData("X-A", "a\nb")]
    [InlineData("X-A", "a\0b")]
    public void Refuses_control_characters_that_a_server_let_through(string name, string value) =>
        Assert.Equal("control-in-header", CanonicalRequests.With((name, value)).Refusal?.Id);

    [Theory]
    [InlineData("length-and-chunked")]
    [InlineData("transfer-encoding")]
    [InlineData("connect")]
    public async Task Reads_no_second_request_behind_a_framing_it_refused(string id)
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var answer = await connection.AskAsync(RefusalSamples.All[id].Text + "GET /smuggled HTTP/1.1\r\nHost: wiki.test\r\n\r\n");
        Assert.Contains("Connection: close", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, (await connection.ReadAnswerAsync()).Status);
        Assert.Equal(0, _upstream.Requests);
    }

    [Fact]
    public async Task Lets_the_same_request_through_once_nothing_is_wrong_with_it()
    {
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        var answer = await connection.AskAsync("GET http://wiki.test/a HTTP/1.1\r\nHost: wiki.test\r\n\r\n");
        Assert.Equal(200, answer.Status);
        await using var withPort = await RawConnection.ConnectAsync(_gateway.Http1Port);
        Assert.Equal(200, (await withPort.AskAsync($"GET / HTTP/1.1\r\nHost: WIKI.test:{_gateway.Http1Port}\r\n\r\n")).Status);
        await using var tls = await RawConnection.ConnectTlsAsync(_gateway.TlsPort, "wiki.test");
        Assert.Equal(200, (await tls.AskAsync($"GET / HTTP/1.1\r\nHost: wiki.test:{RunningGateway.PublicPort}\r\n\r\n")).Status);
    }

    [Fact]
    public async Task Sends_opaque_paths_through_byte_for_byte()
    {
        _gateway.Replace(_upstream.Application() with { Paths = PathMode.Opaque });
        const string Target = "/a//b/../%2f%61;x=1\\%zz?q=%2F//..";
        await using var connection = await RawConnection.ConnectAsync(_gateway.Http1Port);
        await connection.SendAsync($"GET {Target} HTTP/1.1\r\nHost: wiki.test\r\nConnection: close\r\n\r\n");
        using var reader = new StreamReader(connection.Stream);
        Assert.Contains($"GET {Target}\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private async Task<RawAnswer> SendAsync(RefusalSample sample)
    {
        if (sample.Wire == Wire.Http2)
        {
            await using var http2 = await RawHttp2.ConnectAsync(_gateway.Http2Port);
            return await http2.AskAsync([.. sample.Fields, ("accept", "application/json")]);
        }

        await using var connection = sample.Wire switch
        {
            Wire.Tls => await RawConnection.ConnectTlsAsync(_gateway.TlsPort, sample.ServerName),
            Wire.TlsWithoutName => await RawConnection.ConnectTlsAsync(_gateway.PlainTlsPort, ""),
            _ => await RawConnection.ConnectAsync(_gateway.Http1Port),
        };
        return await connection.AskAsync(sample.Text);
    }
}
