using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Doorward.Core.Evaluations;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Tests.Running;
using Doorward.Testing;

namespace Doorward.Gateway.Tests.Connections;

public sealed class WebSocketCutTests : IAsyncLifetime
{
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(250);
    private readonly Lateness _lateness = new();
    private static readonly CutReason s_reason = new(DecisionCause.SubjectDisabled, "dec_7");
    private RunningUpstream _upstream = null!;
    private RunningGateway _gateway = null!;

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
    [InlineData(1, "ws")]
    [InlineData(2, "ws")]
    [InlineData(1, "wss")]
    [InlineData(2, "wss")]
    public async Task Closes_a_web_socket_with_1008_and_the_reason(int version, string scheme)
    {
        using var socket = await Clients.WebSocketAsync(_gateway, version, scheme);
        var buffer = new byte[1024];
        Assert.Equal(5, (await socket.ReceiveAsync(buffer, CancellationToken.None)).Count);
        await socket.SendAsync(Encoding.UTF8.GetBytes("echo"), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal(4, (await socket.ReceiveAsync(buffer, CancellationToken.None)).Count);
        var connection = await _gateway.NextConnectionAsync();
        Assert.Equal(ConnectionKind.WebSocket, connection.Kind);
        Assert.Equal((10L, 13L), (connection.BytesIn, connection.BytesOut));

        var receive = socket.ReceiveAsync(buffer, CancellationToken.None);
        var clock = Stopwatch.StartNew();
        Assert.True(connection.Cut(s_reason));
        var closed = await receive.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(_lateness.Excuses(clock.Elapsed, s_atOnce), $"took {clock.ElapsedMilliseconds} ms");
        Assert.Equal(WebSocketMessageType.Close, closed.MessageType);
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "your account was disabled (dec_7)"), (socket.CloseStatus, socket.CloseStatusDescription));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await _upstream.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        while (connection.IsOpen) await Task.Yield();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Closes_at_a_frame_boundary_in_the_middle_of_a_flood(int version)
    {
        using var socket = await Clients.WebSocketAsync(_gateway, version);
        var buffer = new byte[64 * 1024];
        await socket.ReceiveAsync(buffer, CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes("flood"), WebSocketMessageType.Text, true, CancellationToken.None);
        var connection = await _gateway.NextConnectionAsync();
        var clock = new Stopwatch();
        for (var received = 0L; ;)
        {
            var result = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
            if (result.MessageType == WebSocketMessageType.Close) break;
            received += result.Count;
            if (received > 4_000_000 && !clock.IsRunning)
            {
                clock.Start();
                Assert.True(connection.Cut(s_reason));
            }
        }

        Assert.True(_lateness.Excuses(clock.Elapsed, s_atOnce), $"took {clock.ElapsedMilliseconds} ms");
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
    }

    [Fact]
    public async Task Resets_a_peer_that_does_not_read()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, _gateway.Http1Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /ws HTTP/1.1\r\nHost: wiki.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"));
        var connection = await _gateway.NextConnectionAsync();

        // A masked text frame with a mask of zeros: "flood".
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        await socket.SendAsync(new byte[] { 0x81, 0x85, 0, 0, 0, 0, (byte)'f', (byte)'l', (byte)'o', (byte)'o', (byte)'d' });
        await StandsStillAsync(connection);
        var clock = Stopwatch.StartNew();
        Assert.True(connection.Cut(s_reason));
        await _upstream.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        AssertWasGivenTime(clock, TimeSpan.FromMilliseconds(600));
        while (connection.IsOpen) await Task.Yield();
    }

    [Fact]
    public async Task Resets_a_stream_of_http2_whose_peer_does_not_read()
    {
        using var socket = await Clients.WebSocketAsync(_gateway, 2);
        await socket.SendAsync(Encoding.UTF8.GetBytes("flood"), WebSocketMessageType.Text, true, CancellationToken.None);
        var connection = await _gateway.NextConnectionAsync();
        await StandsStillAsync(connection);
        var clock = Stopwatch.StartNew();
        Assert.True(connection.Cut(s_reason));
        await _upstream.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        AssertWasGivenTime(clock, TimeSpan.FromMilliseconds(3_000));
        while (connection.IsOpen) await Task.Yield();
    }

    [Fact]
    public async Task Sends_nothing_upstream_that_the_client_says_after_the_cut()
    {
        using var socket = await Clients.WebSocketAsync(_gateway, 1);
        var buffer = new byte[1024];
        await socket.ReceiveAsync(buffer, CancellationToken.None);
        var connection = await _gateway.NextConnectionAsync();
        connection.Cut(s_reason);
        await socket.SendAsync(Encoding.UTF8.GetBytes("too late"), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Lets_both_ends_close_in_their_own_words(int version)
    {
        using var socket = await Clients.WebSocketAsync(_gateway, version);
        await socket.ReceiveAsync(new byte[16], CancellationToken.None);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "bye"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    // The flood has filled what lies between: nothing more went out for as long as a loaded machine may pause.
    private static async Task StandsStillAsync(LiveConnection connection)
    {
        for (var (before, still) = (0L, 0); still < 3;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
            (before, still) = (connection.BytesOut, connection.BytesOut == before && before > 0 ? still + 1 : 0);
        }
    }

    // Not at once, for it might still read; and not for long.
    private void AssertWasGivenTime(Stopwatch clock, TimeSpan most)
    {
        Assert.True(clock.ElapsedMilliseconds >= 200, $"took {clock.ElapsedMilliseconds} ms");
        Assert.True(_lateness.Excuses(clock.Elapsed, most), $"took {clock.ElapsedMilliseconds} ms");
    }
}
