using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Doorward.Core.Upstreams;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tunnels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>What only happens in the wrong moment, or after long.</summary>
public sealed class ConnectorsTests
{
    private static readonly (string, string) Name = ("hq", "rep1");
    private static readonly TunnelTarget Target = new("db.internal", [new PortRange(5432, 5432)]);
    private readonly FakeTimeProvider _clock = new();
    private readonly StateCell _cell;
    private readonly Connectors _connectors;

    public ConnectorsTests()
    {
        _cell = new StateCell(_clock);
        _connectors = new Connectors(_cell, new OwnEndpoints([443], static () => [System.Net.IPAddress.Parse("10.1.1.1")], _clock), _clock);
        Publish("rep1");
    }

    [Fact]
    public void A_replica_that_is_retired_while_it_asks_is_not_found_anew()
    {
        var found = _connectors.Find(Name)!;
        var stream = Stream();
        Publish();
        _connectors.Follow(_cell.Current);
        Assert.False(found.Begin(stream));
        Assert.False(found.Carry(new FarStream(new DefaultHttpContext())));
        Assert.Empty(_connectors.Replicas);
        Assert.Null(_connectors.Find(Name));
        Assert.Empty(_connectors.Replicas);

        // Back again, it is another.
        Publish("rep1");
        Assert.NotSame(found, _connectors.Find(Name));
    }

    // One that asks without end meets the moment between the state and those who follow it.
    [Fact]
    public async Task A_replica_that_asks_before_the_state_is_followed_is_ended_by_its_own_question()
    {
        var (replica, stream, _) = await ConnectAsync();
        var asking = OpenAsync();
        Publish();
        Assert.Null(_connectors.Find(Name));
        _connectors.Follow(_cell.Current);
        Assert.True(stream.IsOver);
        Assert.False(replica.Carry(new FarStream(new DefaultHttpContext())));
        Assert.Equal(TunnelCloseCodes.ConnectorLost, (await asking.WaitAsync(TimeSpan.FromSeconds(20))).Close!.Code);
    }

    [Fact]
    public async Task Who_is_retired_has_its_streams_ended_and_its_orders_given_up()
    {
        var (replica, stream, _) = await ConnectAsync();
        var far = new FarStream(new DefaultHttpContext());
        Assert.True(replica.Carry(far));
        var asking = OpenAsync();
        Publish();
        _connectors.Follow(_cell.Current);
        Assert.True(stream.IsOver);
        Assert.Null(replica.Orders);
        Assert.Equal(TunnelCloseCodes.ConnectorLost, (await asking.WaitAsync(TimeSpan.FromSeconds(20))).Close!.Code);
    }

    [Fact]
    public async Task An_order_says_where_our_own_parts_listen()
    {
        var (_, _, orders) = await ConnectAsync();
        using var leave = new CancellationTokenSource();
        var asking = OpenAsync(leave.Token);
        Assert.Equal(["10.1.1.1:443"], (await ReadOrderAsync(orders)).Ours);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task An_order_that_nobody_answers_is_given_up_and_the_stream_that_comes_too_late_is_not_taken()
    {
        var (replica, _, orders) = await ConnectAsync();
        var asking = OpenAsync();
        var id = await OrderAsync(orders);
        Assert.Equal(1, replica.Load);
        _clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(asking.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TunnelCloseCodes.TargetUnreachable, (await asking.WaitAsync(TimeSpan.FromSeconds(20))).Close!.Code);
        Assert.Null(_connectors.Claim(replica, id));
        Assert.Equal(0, replica.Load);
    }

    [Fact]
    public async Task An_order_is_claimed_once_by_its_replica_and_answered_to_nobody_who_has_left()
    {
        var (replica, _, orders) = await ConnectAsync();
        using var leave = new CancellationTokenSource();
        var asking = OpenAsync(leave.Token);
        var id = await OrderAsync(orders);
        Assert.Null(_connectors.Claim(new Replica("hq", "rep1"), id));
        var claim = _connectors.Claim(replica, id);
        Assert.Null(_connectors.Claim(replica, id));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.False(claim!.TryGive(new FarStream(new DefaultHttpContext())));
    }

    [Fact]
    public async Task A_stream_that_is_given_in_the_moment_in_which_its_asker_leaves_is_let_go()
    {
        var (replica, stream, _) = await ConnectAsync();
        var order = new OpenOrder(replica, stream);
        await using var late = new FarStream(new DefaultHttpContext());
        Assert.True(order.TryGive(late));
        order.GiveUp();
        await late.Released.WaitAsync(TimeSpan.FromSeconds(20));

        // And the other way round.
        var left = new OpenOrder(replica, stream);
        left.GiveUp();
        Assert.False(left.TryGive(new FarStream(new DefaultHttpContext())));

        // Nor is one of a replica that is retired meanwhile.
        var retired = new OpenOrder(replica, stream);
        replica.Retire();
        Assert.False(retired.TryGive(new FarStream(new DefaultHttpContext())));
        Assert.False(retired.Answer.IsCompleted);
    }

    [Fact]
    public async Task What_is_no_message_ends_the_orders_at_once_and_not_by_its_silence()
    {
        byte[][] broken = [[9, 0, 0, 1, 0], [4, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1, 0], [4, 0, 0, 1, (byte)'x'], [4, 0, 0, 4, .. "null"u8], [4, 0, 0, 12, .. """{"hello":{}}"""u8], [6, 0, 0, 1, 0]];
        foreach (var bytes in broken)
        {
            var said = new Pipe();
            var stream = Stream(said);
            var running = stream.RunAsync(static _ => { }, CancellationToken.None);
            await said.Writer.WriteAsync(bytes);
            await running.WaitAsync(TimeSpan.FromSeconds(20)); // the clock stands still
            Assert.True(stream.IsOver);
        }
    }

    [Fact]
    public async Task Who_takes_nothing_of_what_is_written_is_over_by_then_and_gets_no_orders()
    {
        var full = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var stream = Stream(writer: full);
        var running = stream.RunAsync(static _ => { }, CancellationToken.None);
        var ordering = stream.TryOrderAsync(new ConnectorOrder("o1", "db", 1, "db.internal", 5432));
        _clock.Advance(OrderStream.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(stream.IsOver || ordering.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await ordering.WaitAsync(TimeSpan.FromSeconds(20)));
        await running.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(stream.IsOver);
    }

    [Fact]
    public async Task A_definition_that_was_replaced_reaches_nothing_by_the_connector_that_the_application_has_by_now()
    {
        var (_, _, orders) = await ConnectAsync();
        var web = new ApplicationDefinition { Name = "web", Connector = "elsewhere", Upstreams = [new UpstreamDefinition(new Uri("http://web.internal"))] };
        _cell.Publish(_cell.Current with
        {
            Applications = ImmutableDictionary<string, GatewayApplication>.Empty.Add("web", new GatewayApplication(web with { Connector = "hq" }, System: false, Version: 2)),
        });
        Task<HttpResponseMessage> AskAsync(ApplicationDefinition definition, CancellationToken ct)
        {
            var reach = new UpstreamReach(new AddressRules([]), _connectors, _cell, _clock);
            var http = new HttpMessageInvoker(UpstreamPool.Handler(definition, reach, new System.Net.Security.SslClientAuthenticationOptions()));
            return http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://web.internal/"), ct);
        }

        using var leave = new CancellationTokenSource();
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(web, leave.Token).WaitAsync(TimeSpan.FromSeconds(20)));
        var asking = AskAsync(web with { Connector = "hq" }, leave.Token);
        await OrderAsync(orders);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private OrderStream Stream(Pipe? reader = null, Pipe? writer = null) => new((reader ?? new Pipe()).Reader, (writer ?? new Pipe()).Writer, "192.0.2.1", _clock) { Ends = DateTimeOffset.MaxValue };

    private static async Task<string> OrderAsync(Pipe orders) => (await ReadOrderAsync(orders)).Id;

    private static async Task<ConnectorOrder> ReadOrderAsync(Pipe orders)
    {
        while (true)
        {
            var read = await orders.Reader.ReadAsync();
            var frame = read.Buffer.Slice(0, TunnelFrame.HeaderLength);
            var bytes = read.Buffer.FirstSpan.ToArray();
            Assert.True(TunnelFrame.TryRead(bytes, out var header));
            var payload = bytes.AsSpan(TunnelFrame.HeaderLength, header.Length).ToArray();
            orders.Reader.AdvanceTo(read.Buffer.GetPosition(header.Length, frame.End));
            if (header.Kind == TunnelFrameKind.Message) return JsonSerializer.Deserialize(payload, TunnelJson.Default.ConnectorOrder)!;
        }
    }

    private async Task<(Replica Replica, OrderStream Stream, Pipe Orders)> ConnectAsync()
    {
        var (said, orders) = (new Pipe(), new Pipe());
        var replica = _connectors.Find(Name)!;
        var stream = Stream(said, orders);
        Assert.True(replica.Begin(stream));
        _ = stream.RunAsync(message => _connectors.Heard(replica, message), CancellationToken.None);
        Assert.Null(replica.Orders); // until it says something of itself
        var hello = JsonSerializer.SerializeToUtf8Bytes(new ConnectorMessage { Hello = new ConnectorHello("1", Draining: false) }, TunnelJson.Default.ConnectorMessage);
        var frame = new byte[TunnelFrame.HeaderLength + hello.Length];
        new TunnelFrame(TunnelFrameKind.Message, hello.Length).Write(frame);
        hello.CopyTo(frame, TunnelFrame.HeaderLength);
        await said.Writer.WriteAsync(frame);
        await Eventually.TrueAsync(() => replica.Orders is not null, "it takes orders");
        return (replica, stream, orders);
    }

    private Task<(FarStream? Stream, TunnelClose? Close)> OpenAsync(CancellationToken ct = default) => _connectors.OpenAsync(
        new GatewayApplication(new ApplicationDefinition { Name = "db", Connector = "hq", Tcp = [Target] }, System: false, Version: 1), Target, null, ct);

    private void Publish(params string[] replicas) => _cell.Publish(GatewayState.Empty with
    {
        Connectors = ImmutableDictionary<string, GatewayConnector>.Empty.Add("hq", new GatewayConnector(replicas.ToFrozenSet(StringComparer.Ordinal), [])),
    });
}
