using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Core.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Feeds;

public sealed class FeedTests
{
    [Fact]
    public async Task A_new_gateway_is_sent_the_whole_state()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync();

        var snapshot = (await feed.ReadAsync()).Snapshot;

        Assert.NotEmpty(snapshot.Epoch);
        Assert.Equal(TestInstallation.Domain, snapshot.Settings.Domain);
        Assert.Contains(snapshot.Applications, application => application is { Name: "console", System: true });
        Assert.Equal(32, Assert.Single(snapshot.CookieKeys).Key.Length);
    }

    [Fact]
    public async Task A_gateway_that_comes_back_is_sent_what_it_missed_and_no_more()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        Snapshot snapshot;
        using (var feed = await gateway.FollowAsync())
        {
            snapshot = (await feed.ReadAsync()).Snapshot;
        }

        var signedIn = await control.SignInAsync(await control.AddUserAsync("alice"));
        await control.Sessions.EndAsync(signedIn.Session.Id, new SessionEnding(SessionEndCause.Revoked, "admin", "test"), CancellationToken.None);
        using var again = await gateway.FollowAsync(snapshot.Epoch, snapshot.Revision);

        var changes = new[] { (await again.ReadAsync()).Change, (await again.ReadAsync()).Change, (await again.ReadAsync()).Change };
        Assert.Equal([snapshot.Revision + 1, snapshot.Revision + 2, snapshot.Revision + 3], changes.Select(change => change.Revision));
        Assert.Equal(signedIn.Session.Id, changes[2].SessionEnded.SessionId);
    }

    [Fact]
    public async Task A_gateway_of_another_epoch_is_sent_the_whole_state()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync("epoch_of_the_past", 1);

        Assert.NotNull((await feed.ReadAsync()).Snapshot);
    }

    [Fact]
    public async Task A_pong_names_a_revision_that_was_sent_before_it()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.ReadAsync();

        var signedIn = await control.SignInAsync(await control.AddUserAsync("alice"));
        var ended = await control.Sessions.EndAsync(signedIn.Session.Id, new SessionEnding(SessionEndCause.Revoked, "admin", "test"), CancellationToken.None);
        await feed.SendAsync(new GatewayMessage { Ping = new Ping { Nonce = 7 } });

        long seen = 0;
        ControlMessage message;
        while ((message = await feed.ReadAsync()).Pong is null)
        {
            seen = message.Change.Revision;
        }

        Assert.Equal(7, message.Pong.Nonce);
        Assert.Equal(ended.Revision, message.Pong.Head);
        Assert.Equal(ended.Revision, seen);
    }

    [Fact]
    public async Task Records_are_accepted_only_once_they_are_durable_and_pings_do_not_wait_for_them()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync(spool: "s1");
        await feed.ReadAsync();
        await control.Records.Gate.WaitAsync();

        await feed.SendAsync(new GatewayMessage { Records = new Records { SpoolId = "s1", Records_ = { new Core.Protocol.Record { Number = 1 }, new Core.Protocol.Record { Number = 2 } } } });
        await feed.SendAsync(new GatewayMessage { Ping = new Ping { Nonce = 1 } });
        Assert.Equal(1, (await feed.ReadAsync()).Pong.Nonce);

        control.Records.Gate.Release();
        Assert.Equal(2, (await feed.ReadAsync()).RecordsAccepted.Through);
        Assert.Equal([1, 2], control.Records.Kept.Select(record => record.Number));
    }

    [Fact]
    public async Task A_cut_reaches_the_gateway_that_has_the_grant_and_is_confirmed_by_it()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.ReadAsync();
        await feed.SendAsync(new GatewayMessage { Grants = new GrantReport { Complete = true, Grants = { new GrantState { Id = "grn_1", Application = "wiki" } } } });
        await feed.SendAsync(new GatewayMessage { Ping = new Ping() });
        await feed.ReadAsync(ControlMessage.KindOneofCase.Pong);

        var grant = Assert.Single(control.Services.GetRequiredService<LiveGrants>().List());
        var cutting = control.Services.GetRequiredService<GrantCuts>().CutAsync("grn_1", null, new CutRequest("test", "local"), CancellationToken.None);
        var asked = (await feed.ReadAsync(ControlMessage.KindOneofCase.GrantCut)).GrantCut;
        await feed.SendAsync(new GatewayMessage { Cuts = new Cuts { Cuts_ = { new CutRecord { GrantId = "grn_1", RequestId = asked.RequestId } } } });

        Assert.Equal("edge", grant.Gateway);
        Assert.Equal(CutOutcome.Cut, await cutting);
    }

    [Fact]
    public async Task A_cut_of_a_grant_that_nobody_has_says_so()
    {
        await using var control = await TestControlPlane.StartAsync();

        Assert.Equal(CutOutcome.NotLive, await control.Services.GetRequiredService<GrantCuts>().CutAsync("grn_1", null, new CutRequest("test", "local"), CancellationToken.None));
    }

    [Fact]
    public async Task An_assertion_key_is_acknowledged_once_it_is_kept()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.ReadAsync();

        await feed.SendAsync(new GatewayMessage { AssertionKey = TestKeys.Assertion("k1", TimeProvider.System.GetUtcNow().AddDays(1)) });

        Assert.Equal("k1", (await feed.ReadAsync()).AssertionKeyAccepted.Kid);
        Assert.Equal("k1", Assert.Single(await control.Services.GetRequiredService<AssertionKeys>().ListAsync(CancellationToken.None)).Kid);
    }

    [Fact]
    public async Task Of_the_assertion_keys_of_one_gateway_the_latest_are_kept_and_no_more_than_it_can_need()
    {
        await using var control = await TestControlPlane.StartAsync();
        var keys = control.Services.GetRequiredService<AssertionKeys>();
        (await control.JoinAsync("one")).Dispose();
        (await control.JoinAsync("two")).Dispose();
        var until = TimeProvider.System.GetUtcNow().AddDays(1);
        await keys.RegisterAsync("two", TestKeys.Assertion("other", until), CancellationToken.None);
        for (var i = 0; i <= AssertionKeys.MostOfOne; i++)
            await keys.RegisterAsync("one", TestKeys.Assertion($"k{i}", until.AddSeconds(i)), CancellationToken.None);

        var kept = (await keys.ListAsync(CancellationToken.None)).Select(static key => key.Kid).ToList();

        Assert.Equal(AssertionKeys.MostOfOne + 1, kept.Count);
        Assert.DoesNotContain("k0", kept);
        Assert.Contains("other", kept);
    }

    [Fact]
    public async Task A_gateway_cannot_put_its_key_in_the_place_of_anothers()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var one = await control.JoinAsync("one");
        using var two = await control.JoinAsync("two");
        var until = TimeProvider.System.GetUtcNow().AddDays(1);
        using var feed = await one.FollowAsync();
        await feed.SendAsync(new GatewayMessage { AssertionKey = TestKeys.Assertion("k1", until) });
        await feed.ReadAsync(ControlMessage.KindOneofCase.AssertionKeyAccepted);

        using var other = await two.FollowAsync();
        await other.SendAsync(new GatewayMessage { AssertionKey = TestKeys.Assertion("k1", until) });

        Assert.Equal(Grpc.Core.StatusCode.AlreadyExists, await other.EndAsync());
    }

    [Fact]
    public async Task A_gateway_that_does_not_begin_with_hello_is_sent_away()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = new TestFeed(new Feed.FeedClient(gateway.Channel).Follow());

        await feed.SendAsync(new GatewayMessage { Ping = new Ping() });

        Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, await feed.EndAsync());
    }

    [Fact]
    public async Task A_gateway_that_does_not_read_is_dropped_instead_of_remembered()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.ReadAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (var i = 0; i < 500_000; i++)
            {
                await feed.SendAsync(new GatewayMessage { Ping = new Ping { Nonce = i } });
            }
        });
        var connected = control.Services.GetRequiredService<ConnectedGateways>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (connected.List().Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    [Fact]
    public async Task A_resolved_handle_carries_its_revision_and_is_unknown_at_another_host()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        var signedIn = await control.SignInAsync(await control.AddUserAsync("alice"));
        var nonce = Credential.New();
        var code = await control.Services.GetRequiredService<SignInCodes>().CreateAsync(signedIn.Session.Id, "wiki.doorward.localhost", Credential.Hash(nonce), CancellationToken.None);

        var redeemed = await gateway.Sessions.RedeemAsync(new RedeemRequest { Code = code, Host = "wiki.doorward.localhost", Browser = nonce });
        var hash = Google.Protobuf.ByteString.CopyFrom(Credential.Hash(redeemed.Handle));
        var here = await gateway.Sessions.ResolveAsync(new ResolveRequest { HandleHash = hash, Host = "wiki.doorward.localhost" });
        var elsewhere = await gateway.Sessions.ResolveAsync(new ResolveRequest { HandleHash = hash, Host = "mail.doorward.localhost" });

        Assert.True(redeemed.Redeemed);
        Assert.Equal(signedIn.Session.Id, here.Session.Id);
        Assert.Equal("alice", here.Subject.Name);
        Assert.True(here.Revision >= redeemed.Revision);
        Assert.False(elsewhere.Found);
    }
}
