using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tunnels;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Connectors that lie, claim, flood and stall: refused plainly, and a neighbour's tunnel goes on all the while.</summary>
public sealed class BadConnectorTests
{
    [Fact]
    public async Task Only_a_replica_in_the_state_with_a_certificate_that_holds_is_served()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        var gateway = site.Gateway;
        foreach (var path in new[] { "/connector/hq/rep9", "/connector/elsewhere/rep1", $"/device/{DeviceId.New().Value}", "/gateway/hq" })
        {
            using var http = TestConnector.Client(gateway, path);
            foreach (var (asked, method) in new[] { (TunnelPaths.Orders, HttpMethod.Post), (TunnelPaths.Streams + "x", HttpMethod.Post), (TunnelPaths.Targets, HttpMethod.Get), ("/connector/v1/other", HttpMethod.Get) })
            {
                var answer = await AskOrBreakAsync(http, asked, method);
                Assert.True(answer is (403, "no-connector") || (answer is (0, _) && path == "/gateway/hq"), $"{path} {asked}: {answer}");
            }
        }

        using var nobody = new HttpMessageInvoker(Visitor.NewHandler(gateway.Port, gateway.CaFile));
        Assert.Equal((403, "no-connector"), await TestConnector.AskAsync(nobody, TunnelPaths.Orders));

        // Expired, of another installation: not even a handshake.
        using var expired = TestConnector.Client(gateway, "/connector/hq/rep2", TimeSpan.FromMinutes(-5));
        using var elsewhere = new TestAuthority("elsewhere", TimeProvider.System.GetUtcNow());
        using var foreign = TestConnector.Client(gateway, elsewhere.IssueComponentWithKey("spiffe://door.test/connector/hq/rep2"));
        foreach (var http in new[] { expired, foreign }) Assert.Equal((0, ""), await AskOrBreakAsync(http, TunnelPaths.Orders, HttpMethod.Post));

        // It has its place, but asks for what is not there, or not as it is asked for.
        Assert.Equal((404, "no-order"), await site.Connector.AskAsync(TunnelPaths.Streams + "00000000000000000000000000000000"));
        foreach (var (asked, method) in new[] { (TunnelPaths.Orders, HttpMethod.Get), (TunnelPaths.Streams + "x", HttpMethod.Get), ("/connector/v1/other", HttpMethod.Post) })
            Assert.Equal((404, "not-found"), await site.Connector.AskAsync(asked, method));
        using var old = TestConnector.Client(gateway, "/connector/hq/rep1");
        Assert.Equal((404, "not-found"), await TestConnector.AskAsync(old, TunnelPaths.Orders, version: HttpVersion.Version11));
        Assert.Equal((404, "not-found"), await TestConnector.AskAsync(old, TunnelPaths.Streams + "x", version: HttpVersion.Version11));
        await neighbour.ExchangeAsync();

        // Retired: what it carries is cut, its orders end, and nothing that it asks is answered.
        gateway.Plane.Commit(Scenario.Connector("hq", "rep2"));
        Assert.Equal(TunnelCloseCodes.ConnectorLost, (await neighbour.ClosedAsync()).Code);
        await site.Connector.Ended.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((403, "no-connector"), await site.Connector.AskAsync(TunnelPaths.Orders));
    }

    [Fact]
    public async Task An_order_is_taken_once_and_by_the_replica_that_it_was_given_to()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var second = await TestConnector.StartAsync(site.Gateway, replica: "rep2");
        await using var neighbour = await site.EchoAsync();
        var stolen = new TaskCompletionSource<(TunnelCall? Other, TunnelCall? Again)>();
        Func<TestConnector, ConnectorOrder, Task> steal = async (connector, order) =>
        {
            var thief = ReferenceEquals(connector, second) ? site.Connector : second;
            await thief.SayAsync(new ConnectorMessage { Refused = new OrderRefusal(order.Id, new TunnelClose(TunnelCloseCodes.TargetRefused, "so says another")) });
            var other = await thief.OpenAsync(order.Id);
            await connector.DialAsync(order, async () => stolen.SetResult((other, await connector.OpenAsync(order.Id))));
        };
        (site.Connector.OnOrder, second.OnOrder) = (steal, steal);
        await using var person = await site.EchoAsync();
        Assert.Equal((null, null), await stolen.Task.WaitAsync(TimeSpan.FromSeconds(20)));
        await person.ExchangeAsync();
        await neighbour.ExchangeAsync();
    }

    [Fact]
    public async Task A_certificate_that_ends_gives_no_orders_and_no_streams_any_more_and_what_is_open_goes_on()
    {
        await using var site = await TunnelSite.StartAsync();
        await site.Connector.DisposeAsync();
        await using var brief = await TestConnector.StartAsync(site.Gateway, replica: "rep2", life: TimeSpan.FromSeconds(4));
        await using var open = await site.EchoAsync();
        var since = TimeProvider.System.GetTimestamp();
        await brief.Ended.WaitAsync(TimeSpan.FromSeconds(20));
        var served = brief.Ordered;

        // On the connections that it has: they outlive it.
        Assert.Equal((403, "no-connector"), await brief.AskAsync(TunnelPaths.Orders));
        Assert.Equal((403, "no-connector"), await brief.AskAsync(TunnelPaths.Streams + "x"));
        Assert.Equal((403, "no-connector"), await brief.AskAsync(TunnelPaths.Targets, HttpMethod.Get));
        await using var next = await TestConnector.StartAsync(site.Gateway);
        await (await site.EchoAsync()).FinishAsync();
        Assert.Equal(served, brief.Ordered);

        // Quiet for longer than bodies may be that are asked for so many bytes a second.
        await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(6.5), "it was quiet for long");
        await open.ExchangeAsync();
    }

    [Fact]
    public async Task What_is_no_message_of_a_connector_ends_its_orders_and_a_flood_of_what_is_one_slows_itself_alone()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        (string What, byte[] Bytes)[] broken =
        [
            ("no such kind", [9, 0, 0, 1, 0]),
            ("longer than any", [4, 0xFF, 0xFF, 0xFF]),
            ("data", [0, 0, 0, 1, 0]),
            ("no json", [4, 0, 0, 1, (byte)'x']),
            ("nothing", [4, 0, 0, 4, .. "null"u8]),
            ("json that is no hello", [4, 0, 0, 12, .. """{"hello":{}}"""u8]),
            ("a pong that is short", [6, 0, 0, 1, 0]),
        ];
        foreach (var (what, bytes) in broken)
        {
            await using var bad = await TestConnector.StartAsync(site.Gateway, replica: "rep2");
            await bad.WriteAsync(bytes);
            await bad.Ended.WaitAsync(TimeSpan.FromSeconds(20));
            await Eventually.TrueAsync(() => site.Seen("rep2")!.Seen is null, $"it is over: {what}");
            await neighbour.ExchangeAsync();
        }

        // Frames that are ones, more than anybody sends: each is answered, none beside it waits.
        await using var flood = await TestConnector.StartAsync(site.Gateway, replica: "rep2");
        var flooding = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await flood.WriteAsync(TunnelFrameKind.Ping, new byte[8]);
                await flood.SayAsync(new ConnectorMessage { Refused = new OrderRefusal($"{i}", new TunnelClose("x", new string('x', 50_000))) });
                await flood.HelloAsync(draining: true);
            }
        });
        for (var i = 0; i < 20; i++) await neighbour.ExchangeAsync();
        await flooding.WaitAsync(TimeSpan.FromSeconds(60));

        // What it says of itself is short, obeyed by no terminal, and takes no time that has not passed.
        await flood.SayAsync(new ConnectorMessage { Hello = new ConnectorHello($"1\u001b[2J\u202e{new string('x', 5_000)}", Draining: true) });
        await Eventually.TrueAsync(() => site.Seen("rep2")!.Seen!.Hello!.Version == $"1?[2J?{new string('x', 58)}", "its version is as far as it is fit");
        flood.IsSilent = true;
        await flood.WriteAsync(TunnelFrameKind.Pong, new byte[] { 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF });
        await flood.WriteAsync(TunnelFrameKind.Pong, new byte[] { 0x80, 0, 0, 0, 0, 0, 0, 0 });
        await flood.SayAsync(new ConnectorMessage { Hello = new ConnectorHello("read", Draining: true) });
        await Eventually.TrueAsync(() => site.Seen("rep2")!.Seen!.Hello!.Version == "read", "that was read");
        Assert.InRange(site.Seen("rep2")!.Seen!.Latency, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        await (await site.EchoAsync()).FinishAsync();
        Assert.Equal(0, flood.Ordered);
    }

    [Fact]
    public async Task Streams_of_orders_without_end_are_refused()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        using var http = TestConnector.Client(site.Gateway, "/connector/hq/rep2");
        var open = new List<TunnelCall>();
        var refused = HttpStatusCode.OK;
        while (open.Count < 100 && refused == HttpStatusCode.OK)
        {
            var (call, refusal) = await TunnelCall.OpenAsync(http, new HttpRequestMessage(HttpMethod.Post, TestPerson.Origin + TunnelPaths.Orders), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
            if (call is not null) open.Add(call);
            using (refusal) refused = refusal?.StatusCode ?? refused;
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, 64), (refused, open.Count));

        // One that said nothing of itself gets no orders either.
        await (await site.EchoAsync()).FinishAsync();
        await neighbour.ExchangeAsync();
        foreach (var call in open) await call.DisposeAsync();
    }

    [Fact]
    public async Task Connections_beyond_what_one_replica_needs_are_nobodys_until_one_of_its_own_ends()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        var allowance = site.Seen("rep1")!.Allowance;
        while (allowance.Connections < ConnectorDoor.MostConnections) Assert.True(allowance.TryConnect(ConnectorDoor.MostConnections));
        using (var beyond = TestConnector.Client(site.Gateway, "/connector/hq/rep1"))
        {
            // Served, but the first to go in a flood of strangers.
            Assert.Equal((404, "no-order"), await TestConnector.AskAsync(beyond, TunnelPaths.Streams + "x"));
            Assert.Equal(ConnectorDoor.MostConnections, allowance.Connections);
        }

        allowance.Disconnect();
        using var within = TestConnector.Client(site.Gateway, "/connector/hq/rep1");
        Assert.Equal((404, "no-order"), await TestConnector.AskAsync(within, TunnelPaths.Streams + "x"));
        Assert.Equal(ConnectorDoor.MostConnections, allowance.Connections);
        await neighbour.ExchangeAsync();
    }

    [Fact]
    public async Task A_stream_that_breaks_the_rules_is_closed_and_says_so_to_both_and_one_that_stalls_waits_alone()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        var credit = new byte[8];
        new TunnelFrame(TunnelFrameKind.Credit, 4).Write(credit);
        BinaryPrimitives.WriteUInt32BigEndian(credit.AsSpan(4), 1);
        foreach (var bytes in new[] { TooMuch(), credit, [9, 0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0] })
        {
            site.Connector.OnOrder = (connector, order) => LieAsync(connector, order, bytes);
            var (status, person, _) = await site.OpenAsync("alice");
            Assert.Equal(200, status);
            await using (person) Assert.Equal(TunnelCloseCodes.Protocol, (await person!.ClosedAsync()).Code);
            await neighbour.ExchangeAsync();
        }

        // In the middle of a frame: what is there is passed on, and a cut does not wait for the rest.
        site.Connector.OnOrder = (connector, order) => LieAsync(connector, order, [0, 0, 1, 0, .. "half"u8]);
        var token = site.Gateway.Plane.SignInAgent("ses_stalled", "alice", TimeProvider.System.GetUtcNow());
        var (_, stalled, _) = await TestPerson.OpenAsync(site.Http, token);
        await using (stalled)
        {
            Assert.Equal("half", await stalled!.HearAsync(4));
            await neighbour.ExchangeAsync();
            site.Gateway.Plane.Commit(Scenario.SessionEnded("ses_stalled"));
            Assert.Equal(TunnelCloseCodes.Cut, (await stalled.ClosedAsync()).Code);
        }

        await Eventually.TrueAsync(() => site.Seen("rep1")!.Tunnels == 1, "only the neighbour's is left");
        await neighbour.ExchangeAsync();
    }

    // More than the credit that nobody gives back: the person does not take it.
    private static byte[] TooMuch()
    {
        const int frames = (TunnelFrame.InitialCredit / 32_768) + 1;
        var frame = new byte[TunnelFrame.HeaderLength + 32_768];
        new TunnelFrame(TunnelFrameKind.Data, 32_768).Write(frame);
        return [.. Enumerable.Repeat(frame, frames + 16).SelectMany(static one => one)];
    }

    private static async Task LieAsync(TestConnector connector, ConnectorOrder order, byte[] bytes)
    {
        await using var call = await connector.OpenAsync(order.Id);
        call!.Outgoing.Write(bytes);
        await call.Outgoing.FlushAsync();
        try
        {
            while (await call.Incoming.ReadAsync() is { IsCompleted: false } read) call.Incoming.AdvanceTo(read.Buffer.End);
        }
        catch (Exception over) when (over is IOException or HttpRequestException)
        {
            // As it should be.
        }
    }

    private static async Task<(int Status, string Code)> AskOrBreakAsync(HttpMessageInvoker http, string path, HttpMethod method)
    {
        try
        {
            return await TestConnector.AskAsync(http, path, method);
        }
        catch (HttpRequestException)
        {
            return (0, "");
        }
    }
}
