using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Agent.Connector;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tests.Connector;

public sealed class ConnectorRunTests : IAsyncLifetime
{
    private readonly TestGateway _gateway = new();
    private readonly Socket _target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _end = new();
    private readonly StringWriter _log = new();
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private Task _running = Task.CompletedTask;

    private int Port => ((IPEndPoint)_target.LocalEndPoint!).Port;

    public async ValueTask InitializeAsync()
    {
        _target.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _target.Listen();
        _gateway.Targets = new ConnectorTargets("hq", 5, [new ApplicationTargets("db", 1, [new TunnelTarget("localhost", [new PortRange(Port, Port)])], true)]);
        await _gateway.StartAsync();
        _running = new ConnectorRunCommand(_gateway.Folder, TimeSpan.FromSeconds(30)).RunAsync(TextWriter.Synchronized(_log), TimeProvider.System, _drain.Token, _end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _drain.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(30));
        await _gateway.DisposeAsync();
        _target.Dispose();
        _end.Dispose();
        _drain.Dispose();
        await _log.DisposeAsync();
    }

    [Fact]
    public async Task An_order_becomes_a_stream_to_the_target_and_both_ends_are_passed_on()
    {
        var orders = await OpenedAsync();
        var (leg, socket) = await CarryAsync(orders, "o1");
        using (socket)
        {
            await leg.SendAsync(Encoding.ASCII.GetBytes("hello"));
            Assert.Equal("hello", await ReceiveAsync(socket, 5));
            await leg.EndAsync();
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], _ct));
            await socket.SendAsync(Encoding.ASCII.GetBytes("bye"), _ct);
            socket.Shutdown(SocketShutdown.Send);
            var arrived = await leg.ReadAsync();
            Assert.Equal(3, arrived.Buffer.Length);
            leg.Consume(arrived.Buffer.End);
            Assert.IsType<TunnelEnding.Ended>(await leg.Ending.WaitAsync(TimeSpan.FromSeconds(20), _ct));
        }

        await leg.DisposeAsync();
    }

    [Fact]
    public async Task More_streams_than_a_connection_carries_go_over_further_ones()
    {
        var orders = await OpenedAsync();
        var open = new List<(TunnelLeg Leg, Socket Socket)>();
        for (var i = 0; i < 3 * TestGateway.StreamsOfConnection; i++) open.Add(await CarryAsync(orders, $"o{i}"));
        foreach (var (leg, socket) in open)
        {
            await leg.SendAsync(Encoding.ASCII.GetBytes("hello"));
            Assert.Equal("hello", await ReceiveAsync(socket, 5));
        }

        foreach (var (leg, socket) in open)
        {
            socket.Dispose();
            await leg.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_target_is_told_who_connects_before_the_first_byte()
    {
        var orders = await OpenedAsync();
        var (leg, socket) = await CarryAsync(orders, "o1", new ProxiedClient("192.0.2.1", 7, "10.0.0.1", 443, "alice"));
        using (socket)
        {
            await leg.SendAsync(Encoding.ASCII.GetBytes("x"));
            var told = await ReceiveAsync(socket, 16 + 12 + 8 + 1);
            Assert.StartsWith("\r\n\r\n\0\r\nQUIT\n", told, StringComparison.Ordinal);
            Assert.EndsWith("alicex", told, StringComparison.Ordinal);
        }

        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_gateway_that_asks_for_more_than_the_control_plane_allows_is_refused()
    {
        var orders = await OpenedAsync();
        foreach (var (id, order) in new (string, ConnectorOrder)[]
        {
            ("another-host", Order("another-host") with { Host = "127.0.0.1" }),
            ("another-port", Order("another-port") with { Port = Port == 65535 ? 1 : Port + 1 }),
            ("another-application", Order("another-application") with { Application = "wiki" }),
            ("a-later-version", Order("a-later-version") with { Version = 2 }),
        })
        {
            await orders.OrderAsync(order);
            var refused = (await orders.ReadAsync()).Refused!;
            Assert.Equal((id, TunnelCloseCodes.NoSuchTarget), (refused.Id, refused.Close.Code));
            Assert.False(_gateway.HasStream(id));
        }

        Assert.False(_target.Poll(0, SelectMode.SelectRead), "somebody connected");
    }

    [Fact]
    public async Task While_the_control_plane_is_not_heard_what_is_ordered_is_out_of_reach_and_not_unknown()
    {
        var orders = await OpenedAsync();
        _gateway.HasControlPlane = false;
        await orders.OrderAsync(Order("o1"));
        Assert.Equal(TunnelCloseCodes.TargetUnreachable, (await orders.ReadAsync()).Refused!.Close.Code);
        _gateway.HasControlPlane = true;
        var (leg, socket) = await CarryAsync(orders, "o2");
        socket.Dispose();
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_close_of_the_gateway_resets_the_targets_connection()
    {
        var orders = await OpenedAsync();
        var (leg, socket) = await CarryAsync(orders, "o1");
        using (socket)
        {
            await leg.CloseAsync(new TunnelClose(TunnelCloseCodes.Cut, "cut"));
            var error = await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[1], _ct));
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }

        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_target_that_resets_closes_the_stream_in_words()
    {
        var orders = await OpenedAsync();
        var (leg, socket) = await CarryAsync(orders, "o1");
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        var closed = Assert.IsType<TunnelEnding.Closed>(await leg.Ending.WaitAsync(TimeSpan.FromSeconds(20), _ct));
        Assert.Equal(TunnelCloseCodes.TargetReset, closed.Close.Code);
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_gateway_that_falls_silent_is_given_up_and_one_that_is_back_is_connected_to_again()
    {
        await OpenedAsync();
        _gateway.IsAlive = false;
        var again = await OpenedAsync();
        _gateway.IsAlive = true;
        var (leg, carried) = await CarryAsync(again, "o1");
        using var socket = carried;
        await _gateway.StopAsync();
        await leg.DisposeAsync();
        await Assert.ThrowsAsync<SocketException>(async () => await socket.ReceiveAsync(new byte[1], _ct));
        await _gateway.StartAsync();
        await OpenedAsync();
    }

    [Theory]
    [InlineData(TunnelFrameKind.Data, "x")]
    [InlineData(TunnelFrameKind.Message, "{}")]
    [InlineData(TunnelFrameKind.Message, """{"id":"../../x","application":"db","version":1,"host":"localhost","port":1}""")]
    public async Task A_gateway_that_says_what_has_no_place_is_left_and_tried_anew(TunnelFrameKind kind, string payload)
    {
        var orders = await OpenedAsync();
        await orders.WriteAsync(kind, Encoding.ASCII.GetBytes(payload));
        Assert.NotSame(orders, await OpenedAsync());
    }

    [Fact]
    public async Task Told_to_stop_it_says_so_lets_what_is_open_come_to_its_end_and_serves_whoever_has_nobody_else()
    {
        var orders = await OpenedAsync();
        var (leg, socket) = await CarryAsync(orders, "o1");
        await _drain.CancelAsync();
        Assert.True((await orders.ReadAsync()).Hello!.Draining);
        await leg.SendAsync(Encoding.ASCII.GetBytes("still"));
        Assert.Equal("still", await ReceiveAsync(socket, 5));
        var (late, other) = await CarryAsync(orders, "o2");
        await late.SendAsync(Encoding.ASCII.GetBytes("late"));
        Assert.Equal("late", await ReceiveAsync(other, 4));
        Assert.False(_running.IsCompleted);
        await leg.EndAsync();
        socket.Shutdown(SocketShutdown.Send);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, _ct);
        Assert.False(_running.IsCompleted, "who came late has a moment too");
        await late.EndAsync();
        other.Shutdown(SocketShutdown.Send);
        await _running.WaitAsync(TimeSpan.FromSeconds(20), _ct);
        other.Dispose();
        await late.DisposeAsync();
        Assert.Contains("drained", _log.ToString(), StringComparison.Ordinal);
        socket.Dispose();
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task Status_says_where_it_is_connected()
    {
        await OpenedAsync();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var code = -1;
        for (var i = 0; i < 100 && code != 0; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, _ct);
            output.GetStringBuilder().Clear();
            code = new ConnectorStatusCommand(_gateway.Folder, IsJson: false).Run(output, errors, TimeProvider.System);
        }

        Assert.Equal(0, code);
        Assert.Matches("connector hq, replica r1: 0 streams\n  127.0.0.1:[0-9]+  connected", output.ToString());
    }

    private ConnectorOrder Order(string id) => new(id, "db", 1, "localhost", Port);

    private async Task<OrdersSeen> OpenedAsync()
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.True(await Task.WhenAny(_gateway.Opened.Reader.WaitToReadAsync(late.Token).AsTask(), _running) != _running, $"it ended: {_running.Exception}");
        Assert.False(late.IsCancellationRequested, _log.ToString());
        Assert.True(_gateway.Opened.Reader.TryRead(out var opened));
        Assert.False((await opened.ReadAsync()).Hello!.Draining);
        return opened;
    }

    private async Task<(TunnelLeg Leg, Socket Socket)> CarryAsync(OrdersSeen orders, string id, ProxiedClient? proxy = null)
    {
        await orders.OrderAsync(Order(id) with { Proxy = proxy });
        var accepted = _target.AcceptAsync(_ct).AsTask();
        if (await Task.WhenAny(accepted, Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, _ct)) != accepted) Assert.Fail(_log.ToString());
        var socket = await accepted;
        return (await _gateway.StreamAsync(id), socket);
    }

    private async Task<string> ReceiveAsync(Socket socket, int bytes)
    {
        var all = new byte[bytes];
        for (var at = 0; at < bytes;)
        {
            var read = await socket.ReceiveAsync(all.AsMemory(at), _ct);
            Assert.True(read > 0);
            at += read;
        }

        return Encoding.Latin1.GetString(all);
    }
}
