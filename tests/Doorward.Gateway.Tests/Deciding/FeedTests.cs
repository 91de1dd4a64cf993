using System.Net;
using Doorward.Core.Protocol;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Deciding;

public sealed class FeedTests
{
    [Fact]
    public async Task Stops_serving_at_a_change_it_does_not_understand()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        var open = await gateway.OpenAllAsync(alice);

        gateway.Plane.Commit(new Change());

        await Task.WhenAll(open.Select(client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(503, await gateway.StatusAsync(alice));
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Stops_serving_when_it_is_revoked_and_not_when_another_is()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        gateway.Plane.Commit(new Change { GatewayRevoked = new GatewayRevoked { Name = "gw2" } });
        Assert.Equal(200, await gateway.StatusAsync(alice));

        gateway.Plane.Commit(new Change { GatewayRevoked = new GatewayRevoked { Name = "gw1" } });

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 503, "it stopped serving");
    }

    [Fact]
    public async Task Denies_while_a_policy_does_not_compile_and_serves_once_it_is_mended()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        Assert.Equal(200, await gateway.StatusAsync(alice));

        gateway.Plane.Commit(Scenario.Policy("broken", "forbid (principal, action, resource) when {"));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 403, "it denied");
        gateway.Plane.Commit(Scenario.PolicyRemoved("broken"));

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "it served again");
    }

    [Fact]
    public async Task Shows_a_transaction_whole_or_not_at_all()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        Assert.Equal(200, await gateway.StatusAsync(alice));

        // Renaming the group and the policy that names it, back and forth: at no moment is there neither.
        var asked = 0;
        for (var i = 0; i < 100; i++)
        {
            var (now, before) = i % 2 == 0 ? ("makers", "engineering") : ("engineering", "makers");
            gateway.Plane.Commit(
                new Change { GroupRemoved = new NameRemoved { Name = before } },
                Scenario.Policy("wiki", $$"""permit (principal in Group::"{{now}}", action, resource == Application::"wiki");"""),
                Scenario.Group(now, "alice"));
            Assert.Equal(200, await gateway.StatusAsync(alice));
            asked++;
        }

        Assert.Equal(100, asked);
    }

    [Fact]
    public async Task Ends_every_session_when_a_new_epoch_begins()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var open = await gateway.OpenAllAsync(gateway.SignIn("ses_a", "alice"));

        gateway.Plane.BeginEpoch("epoch-2");

        await Task.WhenAll(open.Select(client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(30));
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Does_not_let_an_answer_in_that_its_own_revocation_overtook()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        gateway.Plane.BeforeResolveReply = async _ =>
        {
            var revoked = gateway.Plane.Commit(Scenario.SessionEnded("ses_a"));
            await Eventually.TrueAsync(() => gateway.State.Current.Revision >= revoked, "the revocation was applied");
        };

        Assert.Equal(401, await gateway.StatusAsync(alice));
        Assert.Equal(0, gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Asks_once_however_many_requests_wait_for_a_session()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        gateway.Plane.BeforeResolveReply = _ => Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.StatusAsync(alice)));

        Assert.All(answers, status => Assert.Equal(200, status));
        Assert.Equal(1, gateway.Plane.Resolves);
    }

    [Fact]
    public async Task Goes_on_with_the_log_after_the_stream_broke()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        Assert.Equal(200, await gateway.StatusAsync(alice));
        var open = await gateway.OpenAllAsync(alice);

        gateway.Plane.DropStreams();
        gateway.Plane.Commit(Scenario.SessionEnded("ses_a"));

        await Task.WhenAll(open.Select(client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(gateway.Plane.Hellos.Last().Revision > 0);
        Assert.Equal("epoch-1", gateway.Plane.Hellos.Last().Epoch);
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Ends_what_ended_before_a_snapshot_even_when_the_stream_breaks_while_it_asks()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var people = Enumerable.Range(0, 40).Select(i => $"ses_{i}").ToList(); // more than are asked for at once
        var open = new List<LiveClient>();
        foreach (var session in people)
            open.Add(await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", gateway.SignIn(session, "alice"), HttpVersion.Version11));
        var broken = 0;
        gateway.Plane.BeforeResolveReply = async _ =>
        {
            if (Interlocked.Exchange(ref broken, 1) == 0)
                gateway.Plane.DropStreams();
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        };

        gateway.Plane.Partition();
        foreach (var session in people.Skip(1))
            gateway.Plane.Commit(Scenario.SessionEnded(session));
        gateway.Plane.Commit(Scenario.Group("others"));
        gateway.Plane.ForgetLog();
        gateway.Plane.Heal();

        await Task.WhenAll(open.Skip(1).Select(client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, broken);
        Assert.False(open[0].Ended.IsCompleted);
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Uses_no_assertion_key_that_is_not_published()
    {
        await using var gateway = await DecidingGateway.StartAsync();

        var key = Assert.Single(gateway.Plane.AssertionKeys);

        Assert.Equal(gateway.Part<Assertions.AssertionKeys>().Current!.Kid, key.Kid);
    }
}
