using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Agent.Connector;
using Doorward.Agent.Keys;
using Doorward.Core.Tunnels;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Connector;

/// <summary>An address of a gateway: one that is busy, and one that is one no more.</summary>
public sealed class GatewayLineTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_gateway_that_took_the_connection_is_given_time_for_the_handshake()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var gateway = new TestGateway { HandshakeDelay = TimeSpan.FromSeconds(3) };
        await gateway.StartAsync();
        await using var line = new RunningLine(gateway, TimeProvider.System);

        var orders = await gateway.Opened.Reader.ReadAsync(ct).AsTask().WaitAsync(s_patience, ct);
        Assert.False((await orders.ReadAsync()).Hello!.Draining);
    }

    [Fact]
    public async Task An_address_that_goes_gets_no_orders_any_more_keeps_what_is_open_and_its_stream_of_orders_ends()
    {
        var ct = TestContext.Current.CancellationToken;
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var port = ((IPEndPoint)target.LocalEndpoint).Port;
        await using var gateway = new TestGateway
        {
            PingInterval = TimeSpan.FromMilliseconds(20),
            Targets = new ConnectorTargets("hq", 5, [new ApplicationTargets("db", 1, [new TunnelTarget("localhost", [new PortRange(port, port)])], true)]),
        };
        await gateway.StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var line = new RunningLine(gateway, time);
        var orders = await gateway.Opened.Reader.ReadAsync(ct).AsTask().WaitAsync(s_patience, ct);
        Assert.False((await orders.ReadAsync()).Hello!.Draining);
        await orders.OrderAsync(new ConnectorOrder("o1", "db", 1, "localhost", port));
        using var socket = await target.AcceptSocketAsync(ct).AsTask().WaitAsync(s_patience, ct);
        var leg = await gateway.StreamAsync("o1");

        await line.Line.LeaveAsync();
        await line.Running.WaitAsync(s_patience, ct);
        Assert.True((await orders.ReadAsync()).Hello!.Draining);

        // What was ordered before that was heard is older than twenty seconds. Each side is heard meanwhile, so that it ends for no other cause.
        var ended = orders.Messages.Reader.Completion;
        for (var passed = 2; passed < 30 && !ended.IsCompleted; passed += 2)
        {
            await PassAsync(time, orders);
            Assert.False(ended.IsCompleted && passed < 20);
        }

        await ended.WaitAsync(TimeSpan.Zero, ct);
        await leg.SendAsync(Encoding.ASCII.GetBytes("still"));
        var heard = new byte[5];
        await new NetworkStream(socket).ReadExactlyAsync(heard, ct);
        Assert.Equal("still", Encoding.ASCII.GetString(heard));
        Assert.False(gateway.Opened.Reader.TryRead(out _), "nothing else is kept there");
        await line.BreakOffAsync();
        await leg.DisposeAsync();
    }

    private static async Task PassAsync(FakeTimeProvider time, OrdersSeen orders)
    {
        time.Advance(TimeSpan.FromSeconds(2));
        var before = orders.Pongs;
        for (var begun = TimeProvider.System.GetTimestamp(); orders.Pongs < before + 2 && !orders.Messages.Reader.Completion.IsCompleted;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < s_patience, "it is heard");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private sealed class RunningLine : IAsyncDisposable
    {
        private readonly FileDeviceKey _key;
        private readonly ReplicaCertificates _certificates;
        private readonly TargetsBook _book;
        private readonly CancellationTokenSource _breakOff = new();

        public RunningLine(TestGateway gateway, TimeProvider time)
        {
            var folder = new ConnectorFolder(gateway.Folder);
            var record = folder.Read();
            var addresses = new GatewayAddresses(record);
            _key = FileDeviceKey.Open(folder.KeyFile, DeviceKeys.MachineId());
            _certificates = new ReplicaCertificates(record, _key, addresses, time);
            _book = new TargetsBook(record, time);
            var dialer = new TargetDialer(static (host, late) => Dns.GetHostAddressesAsync(host, late), addresses.IsGateway, time);
            Line = new GatewayLine(new DnsEndPoint("127.0.0.1", gateway.Port), record, _certificates, new OrderDesk(_book, dialer, time, TextWriter.Null), time, TextWriter.Null);
            Running = Line.RunAsync(_breakOff.Token);
        }

        public GatewayLine Line { get; }

        public Task Running { get; }

        public Task BreakOffAsync() => _breakOff.CancelAsync();

        public async ValueTask DisposeAsync()
        {
            await BreakOffAsync();
            await Running.WaitAsync(s_patience);
            _breakOff.Dispose();
            _book.Dispose();
            _certificates.Dispose();
            _key.Dispose();
        }
    }
}
