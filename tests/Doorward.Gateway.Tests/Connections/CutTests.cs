using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Core.Evaluations;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tests.Running;
using Doorward.Testing;

namespace Doorward.Gateway.Tests.Connections;

public sealed class CutTests : IAsyncLifetime
{
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(250);
    private readonly Lateness _lateness = new();
    private static readonly CutReason s_reason = new(DecisionCause.SessionEnded, "dec_1");
    private RunningUpstream _upstream = null!;
    private RunningGateway _gateway = null!;

    public static MatrixTheoryData<string, int, string> Requests { get; } = new(["/sse", "/download", "/pending", "/upload"], [1, 2], ["http", "https"]);

    public async ValueTask InitializeAsync()
    {
        _upstream = await RunningUpstream.StartAsync();
        _gateway = await RunningGateway.StartAsync([_upstream.Application()]);
    }

    public async ValueTask DisposeAsync()
    {
        await _lateness.DisposeAsync();
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Ends_a_request_that_would_never_end(string path, int version, string scheme)
    {
        using var client = Clients.Http(_gateway, new Version(version, version == 1 ? 1 : 0));
        using var request = new HttpRequestMessage(path == "/upload" ? HttpMethod.Post : HttpMethod.Get, $"{scheme}://wiki.test{path}")
        {
            Content = path == "/upload" ? new StreamContent(new EndlessStream()) : null,
        };
        var exchange = ExchangeAsync(client, request);
        var connection = await _gateway.NextConnectionAsync();
        await Eventually.TrueAsync(() => _upstream.Requests == 1, "it was forwarded");
        await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
        Assert.True(connection.IsOpen);
        Assert.False(exchange.IsCompleted);

        var clock = Stopwatch.StartNew();
        Assert.True(connection.Cut(s_reason));
        var ended = await exchange.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(_lateness.Excuses(clock.Elapsed, s_atOnce), $"{path} over {scheme}, HTTP/{version}, took {clock.ElapsedMilliseconds} ms");
        Assert.IsAssignableFrom<Exception>(ended);
        Assert.Equal(s_reason, connection.WasCut);
        await _upstream.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Frees_a_download_whose_client_does_not_read()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, _gateway.Http1Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /download HTTP/1.1\r\nHost: wiki.test\r\n\r\n"));
        var connection = await _gateway.NextConnectionAsync();
        await Eventually.TrueAsync(() => _upstream.Requests == 1, "it was forwarded");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        var clock = Stopwatch.StartNew();
        Assert.True(connection.Cut(s_reason));
        await _upstream.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(_lateness.Excuses(clock.Elapsed, s_atOnce), $"took {clock.ElapsedMilliseconds} ms");
        Assert.True(await DrainsAsync(socket));
    }

    [Fact]
    public async Task Cuts_once_and_never_after_the_end()
    {
        using var client = Clients.Http(_gateway);
        Assert.Contains("GET /done", await client.GetStringAsync("http://wiki.test/done"), StringComparison.Ordinal);
        var done = await _gateway.NextConnectionAsync();
        while (done.IsOpen) await Task.Yield();
        Assert.False(done.Cut(s_reason));
        Assert.Null(done.WasCut);

        var pending = ExchangeAsync(client, new HttpRequestMessage(HttpMethod.Get, "http://wiki.test/pending"));
        var connection = await _gateway.NextConnectionAsync();
        var cuts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => connection.Cut(s_reason))));
        Assert.Single(cuts, true);
        Assert.NotNull(await pending);
    }

    [Fact]
    public async Task Leaves_the_other_streams_of_an_http2_connection_alone()
    {
        using var client = Clients.Http(_gateway, HttpVersion.Version20);
        var first = ExchangeAsync(client, new HttpRequestMessage(HttpMethod.Get, "http://wiki.test/pending"));
        var cut = await _gateway.NextConnectionAsync();
        using var second = await client.GetAsync("http://wiki.test/sse", HttpCompletionOption.ResponseHeadersRead);
        cut.Cut(s_reason);
        var ended = await first;
        Assert.Contains("CANCEL", ended!.ToString(), StringComparison.Ordinal);
        using var events = new StreamReader(await second.Content.ReadAsStreamAsync());
        for (var i = 0; i < 20; i++) Assert.NotNull(await events.ReadLineAsync());
    }

    [Fact]
    public async Task Survives_cuts_that_race_with_the_end_of_requests()
    {
        using var client = Clients.Http(_gateway);
        for (var i = 0; i < 300; i++)
        {
            var exchange = ExchangeAsync(client, new HttpRequestMessage(HttpMethod.Get, $"http://wiki.test/{i}"));
            var connection = await _gateway.NextConnectionAsync();
            if (i % 2 == 0) await Task.Yield();
            var cut = connection.Cut(s_reason);
            Assert.True(cut || await exchange is null, "what was not cut was answered");
            await exchange;
        }

        // A cut that reached a recycled context would have ended one of these.
        for (var i = 0; i < 20; i++) Assert.Contains("GET /after", await client.GetStringAsync("http://wiki.test/after"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closes_an_idle_connection_when_asked()
    {
        await using var raw = await RawConnection.ConnectAsync(_gateway.Http1Port);
        Assert.Equal(200, (await raw.AskAsync("GET / HTTP/1.1\r\nHost: wiki.test\r\n\r\n")).Status);
        await _gateway.NextConnectionAsync();
        _gateway.LastClient!.RequestClose();
        Assert.True(await raw.EndsAsync().WaitAsync(TimeSpan.FromSeconds(30)));
    }

    // Null when it was answered in full; otherwise what ended it.
    private static async Task<Exception?> ExchangeAsync(HttpClient client, HttpRequestMessage request)
    {
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await (await response.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return e;
        }
    }

    private static async Task<bool> DrainsAsync(Socket socket)
    {
        var buffer = new byte[256 * 1024];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            while (await socket.ReceiveAsync(buffer, deadline.Token) > 0) { }
        }
        catch (SocketException)
        {
            // Reset is an end, too.
        }

        return true;
    }
}
