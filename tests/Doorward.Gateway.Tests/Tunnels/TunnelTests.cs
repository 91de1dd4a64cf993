using Doorward.Core.Applications;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tunnels;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Tunnels as people have them: asked for, judged, carried by a connector, cut in words.</summary>
public sealed class TunnelTests
{
    private static readonly (string What, string Told, Func<ApplicationDefinition, string, Change[]> Cause)[] Causes =
    [
        ("session", "this session ended", static (_, session) => [Scenario.SessionEnded(session)]),
        ("session, in words", "gone home", static (_, session) => [Scenario.SessionEnded(session, reason: "gone home")]),
        ("disabled", "your account was disabled", static (_, _) => [Scenario.User("alice", disabled: true)]),
        ("group", "your groups changed", static (_, _) => [Scenario.Group("engineering", "bob")]),
        ("policy", "the policy changed", static (_, _) => [Scenario.PolicyRemoved("db")]),
        ("application", "the application was removed", static (_, _) => [new Change { ApplicationRemoved = new NameRemoved { Name = "db" } }]),
        ("target", "the application was removed", static (db, _) => [Scenario.Application(db with { Tcp = [new TunnelTarget("other.internal", [new PortRange(1, 2)])] })]),
        ("connector", "the application was removed", static (db, _) => [Scenario.Application(db with { Connector = "elsewhere" })]),
    ];

    [Fact]
    public async Task Carries_what_is_said_both_ways_and_either_end_alone()
    {
        await using var site = await TunnelSite.StartAsync();
        var (status, person, _) = await site.OpenAsync("alice");
        Assert.Equal(200, status);
        await using (person)
        {
            await person!.SayAsync("hello");
            Assert.Equal("hello", await person.HearAsync(5));
            await person.Leg.EndAsync();
            Assert.Equal("", await person.HearAsync(1));
            Assert.IsType<TunnelEnding.Ended>(await person.Leg.Ending.WaitAsync(TimeSpan.FromSeconds(10)));
        }

        await Eventually.TrueAsync(() => site.Target.Open == 0, "the target's connection ended");
        Assert.Equal(0, site.Target.Resets);
        await Eventually.TrueAsync(() => site.Gateway.Plane.Records.Any(static record => record.Decision is { Action: "tunnel", Decision: "allow", Application: "db" }), "it was recorded");
    }

    [Fact]
    public async Task Is_refused_to_strangers_other_people_and_targets_that_the_application_does_not_name()
    {
        await using var site = await TunnelSite.StartAsync();
        async Task<(int, string?)> AskAsync(string? user, string application = "db", string? target = null)
        {
            var (status, person, problem) = await site.OpenAsync(user, application, target);
            if (person is not null) await person.DisposeAsync();
            return (status, problem.ValueKind == System.Text.Json.JsonValueKind.Object && problem.TryGetProperty("code", out var code) ? code.GetString() : null);
        }

        Assert.Equal((401, "no-session"), await AskAsync(null));
        Assert.Equal((401, "no-session"), await AskAsync(null, "no-such-application"));
        Assert.Equal((403, "no-permit"), await AskAsync("mallory"));
        Assert.Equal((404, "no-application"), await AskAsync("alice", "no-such-application"));
        Assert.Equal((404, "no-application"), await AskAsync("alice", "wiki"));
        foreach (var target in new[] { $"db.internal:{site.Target.Port + 1}", $"127.0.0.1:{site.Target.Port}", $"[::ffff:127.0.0.1]:{site.Target.Port}", $"db.internal.:{site.Target.Port}", "db.internal", "", "db.internal:99999" })
            Assert.Equal((404, TunnelCloseCodes.NoSuchTarget), await AskAsync("alice", target: target));
        Assert.Equal((200, null), await AskAsync("alice", target: $"DB.internal:{site.Target.Port}"));
        await Eventually.TrueAsync(() => site.Connector.Served == 1, "one was carried");
        Assert.Equal(1, site.Connector.Ordered);
    }

    [Fact]
    public async Task Every_cause_cuts_it_within_a_second_and_says_why_and_the_target_is_reset()
    {
        await using var site = await TunnelSite.StartAsync();
        foreach (var (what, told, cause) in Causes)
        {
            var session = $"ses_{Identifier.New("x")}";
            var token = site.Gateway.Plane.SignInAgent(session, "alice", TimeProvider.System.GetUtcNow());
            var (status, person, problem) = await TestPerson.OpenAsync(site.Http, token);
            Assert.True(status == 200, $"{what}: {problem}");
            await using (person)
            {
                await person!.SayAsync("x");
                await person.HearAsync(1);
                var resets = site.Target.Resets;
                site.Gateway.Plane.Commit(cause(site.Definition, session));
                var started = TimeProvider.System.GetTimestamp();
                var close = await person.ClosedAsync();
                Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(3), what); // a loaded machine; the budget is measured elsewhere
                Assert.True(close.Code == TunnelCloseCodes.Cut && close.Text.Contains(told, StringComparison.Ordinal), $"{what}: {close}");
                Assert.StartsWith("dec_", close.Reference, StringComparison.Ordinal);
                await Eventually.TrueAsync(() => site.Target.Resets == resets + 1 && site.Target.Open == 0, $"the target was reset: {what}");
            }

            var back = site.Gateway.Plane.Commit(
                Scenario.User("alice"), Scenario.Group("engineering", "alice", "bob"), Scenario.Policy("db", TunnelSite.Engineers), Scenario.Application(site.Definition));
            await Eventually.TrueAsync(() => site.Gateway.State.Current.Revision >= back, "it is as before");
        }

        await Eventually.TrueAsync(() => site.Gateway.Plane.Cuts.Count(static cut => cut.Application == "db") == Causes.Length, "each cut was told");
    }

    [Fact]
    public async Task Every_cause_that_comes_while_the_connector_still_tries_is_answered_with_the_reason()
    {
        await using var site = await TunnelSite.StartAsync();
        foreach (var (what, told, cause) in Causes)
        {
            var ordered = new TaskCompletionSource<ConnectorOrder>(TaskCreationOptions.RunContinuationsAsynchronously);
            site.Connector.OnOrder = (_, order) =>
            {
                ordered.SetResult(order);
                return Task.CompletedTask;
            };
            var session = $"ses_{Identifier.New("x")}";
            var asking = TestPerson.OpenAsync(site.Http, site.Gateway.Plane.SignInAgent(session, "alice", TimeProvider.System.GetUtcNow()));
            var order = await ordered.Task.WaitAsync(TimeSpan.FromSeconds(20));
            site.Gateway.Plane.Commit(cause(site.Definition, session));
            var started = TimeProvider.System.GetTimestamp();
            var (status, nobody, problem) = await asking;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(3), what); // a loaded machine; the connector is waited for up to 15
            var expected = what switch { "disabled" => 401, _ when what.StartsWith("session", StringComparison.Ordinal) => 401, "group" or "policy" => 403, _ => 503 };
            Assert.Equal((expected, null, TunnelCloseCodes.Cut), (status, nobody, problem.GetProperty("code").GetString()));
            Assert.Contains(told, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.StartsWith("dec_", problem.GetProperty("reference").GetString(), StringComparison.Ordinal);

            // Who answers now is too late.
            await Eventually.TrueAsync(async () => await site.Connector.OpenAsync(order.Id) is null, "nobody waits for it");
            var back = site.Gateway.Plane.Commit(
                Scenario.User("alice"), Scenario.Group("engineering", "alice", "bob"), Scenario.Policy("db", TunnelSite.Engineers), Scenario.Application(site.Definition));
            await Eventually.TrueAsync(() => site.Gateway.State.Current.Revision >= back, "it is as before");
        }

        await Eventually.TrueAsync(() => site.Gateway.Plane.Cuts.Count(static cut => cut.Application == "db") == Causes.Length, "each cut was told");
        site.Connector.OnOrder = null;
        await (await site.EchoAsync()).FinishAsync();
    }

    [Fact]
    public async Task An_administrator_cuts_one_connection_and_the_person_reads_the_reason()
    {
        await using var site = await TunnelSite.StartAsync();
        var (_, person, _) = await site.OpenAsync("alice");
        await using var open = person!;
        await open.SayAsync("12345");
        await open.HearAsync(5);
        GrantState? grant = null;
        await Eventually.TrueAsync(() => (grant = site.Gateway.Plane.Grants.Values.FirstOrDefault(static grant => grant.Connections.Any(static c => c.BytesOut == 5))) is not null, "its bytes are told");
        var connection = Assert.Single(grant!.Connections);
        Assert.Equal(("Tunnel", "TUNNEL", $"db.internal:{site.Target.Port}", 5L), (connection.Kind, connection.Method, connection.Path, connection.BytesIn));
        site.Gateway.Plane.Send(new ControlMessage { GrantCut = new GrantCut { GrantId = grant.Id, ConnectionId = connection.Id, Reason = "maintenance", By = "root" } });
        Assert.EndsWith("maintenance", (await open.ClosedAsync()).Text, StringComparison.Ordinal);
    }

    // A reset would take with it what was said before and not read yet.
    [Fact]
    public async Task Whoever_is_slow_to_listen_reads_the_reason_all_the_same()
    {
        await using var site = await TunnelSite.StartAsync();
        var session = $"ses_{Identifier.New("x")}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{TestPerson.Origin}{TunnelPaths.Applications}db");
        request.Headers.TryAddWithoutValidation("Authorization", site.Gateway.Plane.SignInAgent(session, "alice", TimeProvider.System.GetUtcNow()));
        var (call, _) = await TunnelCall.OpenAsync(site.Http, request, CancellationToken.None);
        await using (call)
        {
            site.Gateway.Plane.Commit(Scenario.SessionEnded(session));
            await Eventually.TrueAsync(() => site.Target.Resets == 1, "the target was reset");
            await Task.Delay(TimeSpan.FromMilliseconds(600), TimeProvider.System);
            await using var leg = new TunnelLeg(call!.Incoming, call.Outgoing, TimeProvider.System);
            var closed = Assert.IsType<TunnelEnding.Closed>(await leg.Ending.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal(TunnelCloseCodes.Cut, closed.Close.Code);
        }
    }

    [Fact]
    public async Task It_ends_when_it_is_idle_or_open_for_as_long_as_the_application_allows()
    {
        await using var site = await TunnelSite.StartAsync(static db => db with { Tunnels = new TunnelLimits(TimeSpan.FromSeconds(2)) });
        var (_, idle, _) = await site.OpenAsync("alice");
        await using (idle)
        {
            await idle!.SayAsync("x");
            Assert.Equal(TunnelCloseCodes.Idle, (await idle.ClosedAsync()).Code);
        }

        site.Gateway.Plane.Commit(Scenario.Application(site.Definition with { Tunnels = new TunnelLimits(null, TimeSpan.FromSeconds(2)) }));
        await Eventually.TrueAsync(() => site.Gateway.State.Current.Applications["db"].Definition.Tunnels?.Longest is not null, "the other limit is known");
        var (_, busy, _) = await site.OpenAsync("alice");
        await using (busy)
        {
            var closed = busy!.ClosedAsync();
            while (!closed.IsCompleted)
            {
                try
                {
                    await busy.SayAsync("x");
                }
                catch (TunnelOverException)
                {
                    break;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }

            Assert.Equal(TunnelCloseCodes.Expired, (await closed).Code);
        }
    }

    [Fact]
    public async Task A_device_opens_what_asks_for_one_that_is_bound_and_its_certificate_is_for_no_other_session()
    {
        var (laptop, other) = (DeviceId.New().Value, DeviceId.New().Value);
        await using var site = await TunnelSite.StartAsync(policy: """
            permit (principal in Group::"engineering", action == Action::"tunnel", resource == Application::"db")
            when { context has device && context.device.bound && context has tunnel && context.tunnel.host == "db.internal" && context.tunnel.protocol == "tcp" };
            """);
        var plane = site.Gateway.Plane;
        plane.Commit(Scenario.Device(laptop), Scenario.Device(other));
        var now = TimeProvider.System.GetUtcNow();
        var mine = plane.SignInAgent("ses_mine", "alice", now, device: laptop);
        var loose = plane.SignInAgent("ses_loose", "alice", now);
        using var onLaptop = TestConnector.Client(site.Gateway, $"/device/{laptop}");
        using var onOther = TestConnector.Client(site.Gateway, $"/device/{other}");
        Assert.Equal(403, (await TestPerson.OpenAsync(site.Http, mine)).Status);      // no certificate: not bound
        Assert.Equal(403, (await TestPerson.OpenAsync(onLaptop, loose)).Status);      // a session of no device
        var (status, _, problem) = await TestPerson.OpenAsync(onOther, mine);
        Assert.Equal((403, "other-device"), (status, problem.GetProperty("code").GetString()));
        using var briefly = TestConnector.Client(site.Gateway, $"/device/{laptop}", TimeSpan.FromSeconds(4));
        Assert.Equal(200, (await OpenAndCloseAsync(briefly, mine)).Status);
        var (opened, person, _) = await TestPerson.OpenAsync(onLaptop, mine);
        Assert.Equal(200, opened);
        await using (person)
        {
            plane.Commit(Scenario.Device(laptop, static state => state.Standing = "held"));
            Assert.Equal(TunnelCloseCodes.Cut, (await person!.ClosedAsync()).Code);
        }

        // The connection is there for longer than the certificate that it showed.
        var back = plane.Commit(Scenario.Device(laptop));
        await Eventually.TrueAsync(() => site.Gateway.State.Current.Revision >= back, "it is in good standing again");
        Assert.Equal(200, (await OpenAndCloseAsync(onLaptop, mine)).Status);
        await Eventually.TrueAsync(async () => (await OpenAndCloseAsync(briefly, mine)).Status == 403, "a certificate that has ended binds nothing", 10);
        Assert.Equal(200, (await OpenAndCloseAsync(onLaptop, mine)).Status);
    }

    [Fact]
    public async Task A_session_of_the_command_line_opens_tunnels_and_no_page_and_a_script_only_what_its_token_names()
    {
        await using var site = await TunnelSite.StartAsync();
        var token = site.Gateway.Plane.SignInAgent("ses_cli", "alice", TimeProvider.System.GetUtcNow());
        Assert.Equal(403, await site.Gateway.StatusAsync(authorization: token));
        site.Gateway.Plane.Commit(Scenario.User("alice"), Scenario.Session("ses_script", "alice", 1, TimeProvider.System.GetUtcNow()));
        Assert.Equal(403, (await TestPerson.OpenAsync(site.Http, site.Gateway.Plane.Token("ses_script", "wiki"))).Status);
        var (status, person, _) = await TestPerson.OpenAsync(site.Http, site.Gateway.Plane.Token("ses_script", "db"));
        Assert.Equal(200, status);
        await person!.DisposeAsync();
    }

    [Fact]
    public async Task A_replica_that_drains_is_asked_only_while_there_is_no_other()
    {
        await using var site = await TunnelSite.StartAsync();
        async Task CarryAsync()
        {
            var (status, person, _) = await site.OpenAsync("alice");
            Assert.Equal(200, status);
            await using (person) await person!.Leg.EndAsync();
        }

        await site.Connector.SayAsync(new ConnectorMessage { Hello = new ConnectorHello("test", Draining: true) });
        var drains = site.Gateway.Part<Connectors>().Replicas.Single();
        await Eventually.TrueAsync(() => drains is { Orders: null, Draining: not null }, "it is known to drain");
        await CarryAsync();
        Assert.Equal(1, site.Connector.Ordered);
        await using var other = await TestConnector.StartAsync(site.Gateway, replica: "rep2");
        await Eventually.TrueAsync(() => site.Gateway.Part<Connectors>().Replicas.Any(static one => one.Orders is not null), "the other takes orders");
        await CarryAsync();
        await CarryAsync();
        Assert.Equal((1, 2), (site.Connector.Ordered, other.Ordered));
    }

    private static async Task<(int Status, System.Text.Json.JsonElement Problem)> OpenAndCloseAsync(HttpMessageInvoker http, string token)
    {
        var (status, person, problem) = await TestPerson.OpenAsync(http, token);
        if (person is not null) await person.DisposeAsync();
        return (status, problem);
    }
}
