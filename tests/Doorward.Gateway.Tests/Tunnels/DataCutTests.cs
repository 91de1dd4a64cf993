using System.Collections.Concurrent;
using System.Net.Sockets;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Tunnels whose data has moved, as they are cut, killed and left: at full speed, and where nobody reads.</summary>
public sealed class DataCutTests
{
    private static readonly (string What, string Told, Func<string, Change[]> Cause)[] Causes =
    [
        ("session", "this session ended", static session => [Scenario.SessionEnded(session)]),
        ("disabled", "your account was disabled", static _ => [Scenario.User("alice", disabled: true)]),
        ("group", "your groups changed", static _ => [Scenario.Group("engineering", "bob")]),
        ("policy", "the policy changed", static _ => [Scenario.PolicyRemoved("db")]),
        ("application", "the application was removed", static _ => [new Change { ApplicationRemoved = new NameRemoved { Name = "db" } }]),
    ];

    // A loaded machine; a second is promised.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Every_cause_cuts_both_data_connections_at_once_and_says_why_also_to_who_takes_nothing()
    {
        await using var site = await TunnelSite.StartAsync();
        var longest = TimeSpan.Zero;
        foreach (var ((what, told, cause), doesRead) in Causes.SelectMany(static cause => new[] { (cause, true), (cause, false) }))
        {
            var session = $"ses_{Identifier.New("x")}";
            await using var person = await site.FlowAsync(site.Gateway.Plane.SignInAgent(session, "alice", TimeProvider.System.GetUtcNow()));
            if (doesRead) _ = person.DrainAsync();
            else await StallAsync(site);
            var started = TimeProvider.System.GetTimestamp();
            site.Gateway.Plane.Commit(cause(session));
            var close = await person.ClosedAsync();
            var took = TimeProvider.System.GetElapsedTime(started);
            Assert.True(close.Code == TunnelCloseCodes.Cut && close.Text.Contains(told, StringComparison.Ordinal), $"{what}: {close}");
            await Eventually.TrueAsync(() => site is { DataHeld: 0, Target.Open: 0 }, $"nothing of it is left: {what}");
            longest = TimeProvider.System.GetElapsedTime(started) is var all && all > longest ? all : longest;
            Assert.True(took < Limit && longest < Limit, $"{what}: the person read it after {took}, all of it was gone after {longest}");
            var back = site.Gateway.Plane.Commit(
                Scenario.User("alice"), Scenario.Group("engineering", "alice", "bob"), Scenario.Policy("db", TunnelSite.Engineers), Scenario.Application(site.Definition));
            await Eventually.TrueAsync(() => site.Gateway.State.Current.Revision >= back, "it is as before");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"the longest took {longest.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task A_replica_that_is_retired_takes_its_data_connections_along()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var person = await site.FlowAsync(site.Token("alice"));
        await using var deaf = await site.FlowAsync(site.Token("alice"));
        var reading = person.DrainAsync();
        site.Gateway.Plane.Commit(Scenario.Connector("hq", "rep2"));
        Assert.Equal(TunnelCloseCodes.ConnectorLost, (await person.ClosedAsync()).Code);
        Assert.Equal(TunnelCloseCodes.ConnectorLost, (await deaf.ClosedAsync()).Code);
        await Eventually.TrueAsync(() => site is { DataHeld: 0, Target.Open: 0 }, "nothing of it is left");
        Assert.IsType<TunnelEnding.Closed>(await reading);
    }

    [Fact]
    public async Task What_is_idle_or_open_for_as_long_as_may_be_ends_with_its_data_connections()
    {
        await using var site = await TunnelSite.StartAsync(policy: """permit (principal in Group::"engineering", action == Action::"tunnel", resource);""");
        var known = site.Gateway.Plane.Commit(
            Scenario.Application(site.Definition with { Name = "idle", Tunnels = new TunnelLimits(TimeSpan.FromSeconds(2)) }),
            Scenario.Application(site.Definition with { Name = "brief", Tunnels = new TunnelLimits(null, TimeSpan.FromSeconds(3)) }));
        await Eventually.TrueAsync(() => site.Gateway.State.Current.Revision >= known, "the limits are known");
        site.Connector.Dial = site.Dials("/connector/hq/rep1").DialAsync;
        var (_, idle, _) = await TestPerson.OpenAsync(site.Http, site.Token("alice"), "idle", dial: site.Dials().DialAsync);
        Assert.True(await idle!.ExchangeAsync(3 * DataConnection.WorthBytes));
        await Eventually.TrueAsync(() => site.DataHeld == 2, "both legs have moved");
        await using var busy = await site.FlowAsync(site.Token("alice"), "brief");
        var flowing = busy.DrainAsync();
        await using (idle) Assert.Equal(TunnelCloseCodes.Idle, (await idle.ClosedAsync()).Code);
        Assert.Equal(TunnelCloseCodes.Expired, Assert.IsType<TunnelEnding.Closed>(await flowing).Close.Code);
        await Eventually.TrueAsync(() => site is { DataHeld: 0, Target.Open: 0 }, "nothing of them is left");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Whoever_is_killed_leaves_nothing(bool isPerson, bool isWhole)
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        var dials = site.Dials(isPerson ? null : "/connector/hq/rep1");
        if (!isPerson) site.Connector.Dial = dials.DialAsync;
        else site.Connector.Dial = site.Dials("/connector/hq/rep1").DialAsync;
        site.Target.IsEndless = true;
        var connections = new ConcurrentBag<Stream>();
        using var people = new HttpMessageInvoker(PeopleHandler(site, connections, isPerson));
        var (_, person, _) = await TestPerson.OpenAsync(people, site.Token("alice"), dial: isPerson ? dials.DialAsync : site.Dials().DialAsync);
        await person!.SkipAsync(2 * DataConnection.WorthBytes);
        await Eventually.TrueAsync(() => site.DataHeld == 2, "both have moved");
        var flowing = person.DrainAsync();
        dials.Kill();
        if (isWhole && isPerson)
        {
            foreach (var connection in connections) ((NetworkStream)connection).Socket.Close(0);
        }
        else if (isWhole)
        {
            site.Connector.Kill();
        }

        var ending = await flowing;
        if (!isPerson) Assert.Equal(TunnelCloseCodes.ConnectorLost, Assert.IsType<TunnelEnding.Closed>(ending).Close.Code);
        else Assert.IsType<TunnelEnding.Lost>(ending);
        await person.DisposeAsync();
        await Eventually.TrueAsync(() => site.DataHeld == 0 && site.Target.Open == (isPerson ? 1 : 0), "only the neighbour's is left");
        if (isPerson) await neighbour.ExchangeAsync();
    }

    [Fact]
    public async Task A_gateway_that_stops_with_open_ones_stops_in_time()
    {
        var site = await TunnelSite.StartAsync();
        await using var one = await site.FlowAsync(site.Token("alice"));
        await using var deaf = await site.FlowAsync(site.Token("alice"));
        var flowing = one.DrainAsync();
        var started = TimeProvider.System.GetTimestamp();
        await site.Gateway.DisposeAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(8), $"{TimeProvider.System.GetElapsedTime(started)}");
        Assert.IsNotType<TunnelEnding.Ended>(await flowing);
        Assert.IsNotType<TunnelEnding.Ended>(await deaf.Leg.Ending.WaitAsync(TimeSpan.FromSeconds(20)));
        site.Http.Dispose();
        await site.Connector.DisposeAsync();
        site.Target.Dispose();
    }

    private static SocketsHttpHandler PeopleHandler(TunnelSite site, ConcurrentBag<Stream> connections, bool isPerson)
    {
        var handler = Doorward.Testing.Product.Visitor.NewHandler(site.Gateway.Port, site.Gateway.CaFile);
        var connect = handler.ConnectCallback!;
        handler.ConnectCallback = async (context, ct) =>
        {
            var connection = await connect(context, ct);
            if (isPerson) connections.Add(connection);
            return connection;
        };
        return handler;
    }

    // Until all that lies between is full.
    private static async Task StallAsync(TunnelSite site)
    {
        var sent = -1L;
        while (site.Connector.Sent is var now && now != sent)
        {
            sent = now;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
