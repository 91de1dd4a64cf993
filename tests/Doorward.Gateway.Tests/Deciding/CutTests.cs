using Doorward.Core.Protocol;
using Doorward.Gateway.Grants;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>Every cause cuts every kind of open connection, and nothing else.</summary>
public sealed class CutTests
{
    public static TheoryData<string, int> Causes => new()
    {
        { "session ended", 401 },
        { "user disabled", 401 },
        { "group left", 403 },
        { "nested group left", 403 },
        { "policy removed", 403 },
        { "policy forbids", 403 },
        { "assurance lowered", 401 },
        { "application removed", 0 },
        { "host moved", 0 },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task Cuts_everything_that_is_open_and_denies_the_next_request(string cause, int status)
    {
        await using var gateway = await DecidingGateway.StartAsync(
            policy: """permit (principal in Group::"engineering", action, resource == Application::"wiki") when { context.session.assurance >= 2 };""");
        if (cause == "nested group left")
            gateway.Plane.Commit(
                Scenario.Group("engineering", "bob"),
                new Change { Group = new GroupState { Name = "engineering", Members = { "bob" }, Groups = { "inner" } } },
                Scenario.Group("inner", "alice"));
        var alice = gateway.SignIn("ses_a", "alice");
        var bob = gateway.SignIn("ses_b", "bob");
        var cut = await gateway.OpenAllAsync(alice);
        await using var other = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", bob, new Version(2, 0));

        gateway.Plane.Commit(ChangeFor(cause, gateway));

        var endings = await Task.WhenAll(cut.Select(client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(endings.Take(2), ending => Assert.StartsWith("1008", ending.How, StringComparison.Ordinal));
        Assert.All(endings.Skip(2), ending => Assert.NotEqual("end of stream", ending.How));
        if (status > 0)
            Assert.Equal(status, await gateway.StatusAsync(alice));
        if (cause is "session ended" or "user disabled" or "group left" or "nested group left" or "assurance lowered")
        {
            Assert.False(other.Ended.IsCompleted);
            Assert.Equal(200, await gateway.StatusAsync(bob));
        }

        await Eventually.TrueAsync(() => gateway.Plane.Cuts.Count >= cut.Count, "the cuts were told");
        await Eventually.TrueAsync(() => gateway.Plane.Records.Count(record => record.Cut is not null) >= cut.Count, "the cuts were recorded");
        foreach (var client in cut)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Leaves_open_what_an_unrelated_change_does_not_concern()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var open = await gateway.OpenAllAsync(gateway.SignIn("ses_a", "alice"));

        gateway.Plane.Commit(Scenario.Policy("other", """permit (principal, action, resource == Application::"other");"""));
        gateway.Plane.Commit(Scenario.Group("cooks", "mallory"), new Change { Unrelated = new Unrelated { What = "draft" } });
        var last = gateway.SignIn("ses_c", "carol");
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(last) == 403, "all was applied");

        Assert.All(open, client => Assert.False(client.Ended.IsCompleted));
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Closes_kept_alive_connections_of_who_may_no_longer_and_no_others()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        await using var idle = await LiveClient.OpenIdleAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/", gateway.SignIn("ses_a", "alice"));
        await using var other = await LiveClient.OpenIdleAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/", gateway.SignIn("ses_b", "bob"));

        gateway.Plane.Commit(Scenario.Group("engineering", "bob"));

        var ending = await idle.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("closed", ending.How);
        Assert.False(other.Ended.IsCompleted);
    }

    [Fact]
    public async Task Forgets_a_transport_connection_when_it_ends()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var grants = gateway.Part<GrantTable>();
        await using (await LiveClient.OpenIdleAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/", gateway.SignIn("ses_a", "alice")))
            Assert.True(grants.All.Single().HasClients);
        await Eventually.TrueAsync(() => !grants.All.Single().HasClients, "the connection was forgotten");
    }

    [Fact]
    public async Task Cuts_one_grant_at_an_administrators_word_and_lets_the_subject_ask_again()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        await using var open = await LiveClient.OpenWebSocketAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/ws", alice, new Version(1, 1));
        await Eventually.TrueAsync(() => gateway.Plane.Grants.Values.Any(grant => grant.Connections.Count == 1), "the grant was reported");

        var cut = gateway.Plane.Grants.Values.Single().Id;
        gateway.Plane.Send(new ControlMessage { GrantCut = new GrantCut { GrantId = cut, Reason = "test", RequestId = "req_1" } });

        var ending = await open.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("1008", ending.How, StringComparison.Ordinal);
        Assert.Equal(200, await gateway.StatusAsync(alice));
        Assert.NotEqual(cut, gateway.Part<GrantTable>().All.Single().Id.Value);
        await Eventually.TrueAsync(() => gateway.Plane.Cuts.Any(cut => cut.RequestId == "req_1" && cut.Cause == "CutByAdministrator"), "the cut was told");
    }

    [Fact]
    public async Task Says_that_a_cut_is_done_when_nothing_was_open()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        Assert.Equal(200, await gateway.StatusAsync(gateway.SignIn("ses_a", "alice")));
        await Eventually.TrueAsync(() => gateway.Plane.Grants.Values.Any(grant => grant.Connections.Count == 0), "the idle grant was reported");

        gateway.Plane.Send(new ControlMessage
        {
            GrantCut = new GrantCut { GrantId = gateway.Plane.Grants.Values.Single().Id, Reason = "test", RequestId = "req_1" },
        });

        await Eventually.TrueAsync(() => gateway.Plane.Cuts.Any(cut => cut.RequestId == "req_1"), "its end was told");
        Assert.Empty(gateway.Part<GrantTable>().All);
    }

    private static Change[] ChangeFor(string cause, DecidingGateway gateway) => cause switch
    {
        "session ended" => [Scenario.SessionEnded("ses_a")],
        "user disabled" => [Scenario.User("alice", disabled: true)],
        "group left" => [Scenario.Group("engineering", "bob")],
        "nested group left" => [Scenario.Group("inner")],
        "policy removed" => [Scenario.PolicyRemoved("wiki")],
        "policy forbids" => [Scenario.Policy("stop", """forbid (principal == User::"alice", action, resource);"""), Scenario.Policy("more", "forbid (principal, action, resource);")],
        "assurance lowered" => [Scenario.Session("ses_a", "alice", 1, TimeProvider.System.GetUtcNow())],
        "application removed" => [new Change { ApplicationRemoved = new NameRemoved { Name = "wiki" } }],
        "host moved" => [Scenario.Application(gateway.WikiDefinition() with { Hosts = ["elsewhere.door.test"] })],
        _ => throw new ArgumentOutOfRangeException(nameof(cause)),
    };
}
