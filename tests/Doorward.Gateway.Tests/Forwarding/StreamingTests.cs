using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Doorward.Core.Applications;
using Doorward.Gateway.Tests.Running;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Doorward.Gateway.Tests.Forwarding;

public sealed class StreamingTests
{
    [Fact]
    public async Task Carries_a_grpc_stream_both_ways_at_once_and_its_trailers()
    {
        await using var upstream = await RunningUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { Protocol = UpstreamProtocol.Http2 }]);
        using var client = Clients.Http(gateway, HttpVersion.Version20);
        var content = new SpokenContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://wiki.test/chat") { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");

        var asking = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await content.SayAsync("one");
        using var response = await asking.WaitAsync(TimeSpan.FromSeconds(30));
        var answers = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[16];
        Assert.Equal(3, await answers.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));

        // Longer than the body floor's grace: a stream may think.
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System);
        await content.SayAsync("three");
        Assert.Equal(5, await answers.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        content.End();
        Assert.Equal(0, await answers.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["0"], response.TrailingHeaders.GetValues("grpc-status"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sends_the_headers_of_events_before_the_first(int version)
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        using var client = Clients.Http(gateway, new Version(version, version == 1 ? 1 : 0));
        using var response = await client.GetAsync("https://wiki.test/quiet", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Sends_the_headers_of_a_grpc_stream_before_its_first_message()
    {
        await using var upstream = await RunningUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { Protocol = UpstreamProtocol.Http2 }]);
        using var client = Clients.Http(gateway, HttpVersion.Version20);
        var content = new SpokenContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://wiki.test/chat") { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        content.End();
        Assert.Equal("", await response.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["0"], response.TrailingHeaders.GetValues("grpc-status"));
    }

    // gRPC's Trailers-Only: clients take headers that do not end the stream for the beginning of an answer.
    [Fact]
    public async Task Ends_the_stream_with_its_headers_when_a_grpc_call_failed_at_once()
    {
        await using var upstream = await RunningUpstream.StartAsync(HttpProtocols.Http2);
        await using var gateway = await RunningGateway.StartAsync([upstream.Application() with { Protocol = UpstreamProtocol.Http2 }]);
        await using var http2 = await RawHttp2.ConnectAsync(gateway.Http2Port);
        var answer = await http2.AskAsync(
            (":method", "POST"), (":scheme", "http"), (":authority", "wiki.test"), (":path", "/refused"), ("content-type", "application/grpc"), ("te", "trailers"));
        Assert.Equal((200, 1), (answer.Status, http2.FramesOfAnswer));
    }

    [Fact]
    public async Task Passes_events_on_as_they_come()
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        using var client = Clients.Http(gateway, HttpVersion.Version20);
        using var response = await client.GetAsync("https://wiki.test/sse", HttpCompletionOption.ResponseHeadersRead);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("data: tick", await events.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal("", await events.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task Sends_nothing_to_one_of_two_upstreams_that_fails_its_health_check()
    {
        await using var good = await RunningUpstream.StartAsync();
        await using var bad = await RunningUpstream.StartAsync(failing: true);
        var check = new HealthCheckDefinition { Path = "/health", Interval = TimeSpan.FromMilliseconds(50) };
        await using var gateway = await RunningGateway.StartAsync([good.Application() with { Upstreams = [new(good.Address), new(bad.Address)], HealthCheck = check }]);
        while (bad.Requests < 4 || good.Requests < 4) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);

        using var client = Clients.Http(gateway);
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("http://wiki.test/page")).StatusCode);
        Assert.DoesNotContain("/page", bad.Targets);
    }

    [Theory(Explicit = true)]
    [InlineData(1, "http")]
    [InlineData(2, "https")]
    public async Task Streams_a_gigabyte_up_and_down_in_constant_memory(int version, string scheme)
    {
        const long Size = 1L << 30;
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        using var client = Clients.Http(gateway, new Version(version, version == 1 ? 1 : 0));
        client.Timeout = TimeSpan.FromMinutes(5);
        using var process = Process.GetCurrentProcess();
        await client.GetStringAsync($"{scheme}://wiki.test/");
        var rest = process.WorkingSet64;

        using var up = new StreamContent(new ZeroStream(Size));
        using var uploaded = await client.PostAsync($"{scheme}://wiki.test/upload", up);
        Assert.Equal($"{Size}", await uploaded.Content.ReadAsStringAsync());

        using var down = await client.GetAsync($"{scheme}://wiki.test/download", HttpCompletionOption.ResponseHeadersRead);
        var stream = await down.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        for (var read = 0L; read < Size;) read += await stream.ReadAsync(buffer);

        process.Refresh();
        TestContext.Current.TestOutputHelper?.WriteLine($"{(process.WorkingSet64 - rest) >> 20} MB more than at rest");
        Assert.InRange(process.WorkingSet64 - rest, long.MinValue, 150L << 20);
    }

    /// <summary>A request body that is said word by word.</summary>
    private sealed class SpokenContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task SayAsync(string word)
        {
            var stream = await _stream.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(word));
            await stream.FlushAsync();
        }

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync(); // sends the headers, which would wait for the first word
            _stream.TrySetResult(stream);
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
