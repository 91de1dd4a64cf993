using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Doorward.Agent.Connector;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tests.Connector;

public sealed class TargetDialerTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<string> _asked = [];
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private IPAddress[] _answer = [IPAddress.Loopback];
    private string[] _gateways = [];

    public TargetDialerTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_target_of_the_application_is_connected_to_at_the_address_that_was_looked_at()
    {
        var (socket, close) = await DialAsync(Application("db.internal", Port, special: true), "db.internal", Port);
        using (socket)
        {
            Assert.Null(close);
            Assert.Equal(new IPEndPoint(IPAddress.Loopback, Port), socket!.RemoteEndPoint);
            Assert.Equal(["db.internal"], _asked);
        }
    }

    [Theory]
    [InlineData("other.internal", 0)]
    [InlineData("DB.internal", 0)]
    [InlineData("db.internal.", 0)]
    [InlineData("127.0.0.1", 0)]
    [InlineData("db.internal", 1)]
    [InlineData("db.internal", -1)]
    public async Task What_is_no_target_is_refused_before_it_is_looked_up(string host, int offset)
    {
        var (socket, close) = await DialAsync(Application("db.internal", Port, special: true), host, Port + offset);
        Assert.Null(socket);
        Assert.Equal(TunnelCloseCodes.NoSuchTarget, close!.Code);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Ports_of_a_range_are_targets_and_those_beside_it_are_not()
    {
        var application = new ApplicationTargets("db", 1, [new TunnelTarget("db.internal", [new PortRange(Port - 1, Port), new PortRange(1, 2)])], true);
        var (socket, _) = await DialAsync(application, "db.internal", Port);
        Assert.NotNull(socket);
        socket.Dispose();
        Assert.Equal(TunnelCloseCodes.NoSuchTarget, (await DialAsync(application, "db.internal", Port + 1)).Close!.Code);
        Assert.Equal(TunnelCloseCodes.NoSuchTarget, (await DialAsync(application, "db.internal", 3)).Close!.Code);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    public async Task A_name_that_leads_to_an_address_of_a_special_kind_is_refused(string address)
    {
        _answer = [IPAddress.Parse(address)];
        var (socket, close) = await DialAsync(Application("db.internal", Port, special: false), "db.internal", Port);
        Assert.Null(socket);
        Assert.Equal(TunnelCloseCodes.TargetForbidden, close!.Code);
        Assert.False(_listener.Poll(0, SelectMode.SelectRead), "somebody connected");
    }

    [Theory]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("::ffff:7f00:1")]
    public async Task An_address_in_an_unusual_form_is_what_it_is(string host)
    {
        var (socket, close) = await DialAsync(Application(host, Port, special: false), host, Port);
        Assert.Null(socket);
        Assert.Equal(TunnelCloseCodes.TargetForbidden, close!.Code);
        Assert.False(_listener.Poll(0, SelectMode.SelectRead), "somebody connected");
    }

    [Fact]
    public async Task Of_several_addresses_those_that_are_forbidden_or_refuse_are_passed_over()
    {
        _answer = [IPAddress.Parse("169.254.169.254"), IPAddress.Parse("127.0.0.2"), IPAddress.Loopback];
        var (socket, _) = await DialAsync(Application("db.internal", Port, special: true), "db.internal", Port);
        using (socket) Assert.Equal(new IPEndPoint(IPAddress.Loopback, Port), socket!.RemoteEndPoint);
    }

    [Fact]
    public async Task A_name_is_looked_up_once_so_that_it_cannot_lead_elsewhere_after_the_check()
    {
        _answer = [IPAddress.Loopback];
        var (socket, _) = await DialAsync(Application("db.internal", Port, special: true), "db.internal", Port);
        socket?.Dispose();
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Where_gateways_are_is_no_target_unless_the_application_says_so()
    {
        IsOurs = endpoint => endpoint.Equals(new IPEndPoint(IPAddress.Parse("192.0.2.7"), Port));
        _answer = [IPAddress.Parse("192.0.2.7")];
        Assert.Equal(TunnelCloseCodes.TargetForbidden, (await DialAsync(Application("db.internal", Port, special: false), "db.internal", Port)).Close!.Code);
    }

    [Theory]
    [InlineData("192.0.2.7", false)]
    [InlineData("192.0.2.8", true)]
    [InlineData("::ffff:192.0.2.7", false)]
    [InlineData("2001:db8::7", false)]
    public async Task Where_the_gateway_that_asks_listens_is_none_either_by_whatever_address_and_else_it_is_tried(string address, bool tried)
    {
        _gateways = [$"192.0.2.7:{Port}", $"[2001:db8::7]:{Port}", $"192.0.2.8:{Port + 1}"];
        _answer = [IPAddress.Parse(address)];
        Assert.Equal(tried, (await DialAsync(Application("db.internal", Port, special: false), "db.internal", Port)).Close!.Code != TunnelCloseCodes.TargetForbidden);
        _gateways = [$"127.0.0.1:{Port}"];
        _answer = [IPAddress.Loopback];
        var (socket, _) = await DialAsync(Application("db.internal", Port, special: true), "db.internal", Port);
        using (socket) Assert.NotNull(socket);
    }

    [Fact]
    public async Task A_target_that_refuses_says_so()
    {
        var port = Port;
        _listener.Dispose();
        Assert.Equal(TunnelCloseCodes.TargetRefused, (await DialAsync(Application("db.internal", port, special: true), "db.internal", port)).Close!.Code);
    }

    [Fact]
    public async Task A_name_without_an_address_is_unreachable()
    {
        _answer = [];
        Assert.Equal(TunnelCloseCodes.TargetUnreachable, (await DialAsync(Application("db.internal", Port, special: true), "db.internal", Port)).Close!.Code);
    }

    [Fact]
    public async Task A_target_that_hangs_is_unreachable_after_some_seconds()
    {
        // A listener whose queue is full answers nobody.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var endpoint = (IPEndPoint)full.LocalEndPoint!;
        var queued = new List<Socket>();
        for (var i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _ = socket.ConnectAsync(endpoint, _ct).AsTask();
            queued.Add(socket);
        }

        var (reached, close) = await DialAsync(Application("db.internal", endpoint.Port, special: true), "db.internal", endpoint.Port);
        Assert.Null(reached);
        Assert.Equal(TunnelCloseCodes.TargetUnreachable, close!.Code);
        queued.ForEach(static socket => socket.Dispose());
    }

    private Func<IPEndPoint, bool> IsOurs { get; set; } = static _ => false;

    private static ApplicationTargets Application(string host, int port, bool special) =>
        new("db", 1, ImmutableArray.Create(new TunnelTarget(host, [new PortRange(port, port)])), special);

    private Task<(Socket? Socket, TunnelClose? Close)> DialAsync(ApplicationTargets application, string host, int port) =>
        new TargetDialer(ResolveAsync, IsOurs, TimeProvider.System).DialAsync(application, host, port, _gateways, _ct);

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct)
    {
        _asked.Add(host);
        return Task.FromResult(_answer);
    }
}
