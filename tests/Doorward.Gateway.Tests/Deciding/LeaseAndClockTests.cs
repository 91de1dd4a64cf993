using Doorward.Core.Protocol;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>What time and distance alone change. Leases are made short; the clock runs as it does.</summary>
public sealed class LeaseAndClockTests
{
    [Fact]
    public async Task Denies_and_closes_what_is_open_when_the_lease_ends_and_serves_again_after()
    {
        await using var gateway = await StartWithLeaseAsync(TimeSpan.FromSeconds(5));
        var alice = gateway.SignIn("ses_a", "alice");
        var open = await gateway.OpenAllAsync(alice);

        gateway.Plane.Partition();

        Assert.Equal(200, await gateway.StatusAsync(alice));
        var endings = await Task.WhenAll(open.Select(client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("1008", endings[0].How, StringComparison.Ordinal);
        Assert.Equal(503, await gateway.StatusAsync(alice));

        gateway.Plane.Heal();
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "it served again");
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Applies_all_it_missed_in_a_partition_before_it_serves_again()
    {
        await using var gateway = await StartWithLeaseAsync(TimeSpan.FromSeconds(3));
        var alice = gateway.SignIn("ses_a", "alice");
        await ServesAsync(gateway, alice);
        gateway.Plane.Partition();
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 503, "the lease ended");

        for (var i = 0; i < 500; i++)
            gateway.Plane.Commit(new Change { Unrelated = new Unrelated { What = "draft" } });
        gateway.Plane.Commit(Scenario.SessionEnded("ses_a"));
        gateway.Plane.Heal();

        var seen = new HashSet<int>();
        await Eventually.TrueAsync(
            async () =>
            {
                var status = await gateway.StatusAsync(alice);
                seen.Add(status);
                return status == 401;
            },
            "the session was found to have ended");
        Assert.DoesNotContain(200, seen);
        Assert.True(gateway.Plane.Hellos.Last().Revision > 0);
    }

    [Fact]
    public async Task Closes_and_lives_on_when_it_is_told_something_that_it_cannot_apply()
    {
        await using var gateway = await StartWithLeaseAsync(TimeSpan.FromSeconds(3));
        var alice = gateway.SignIn("ses_a", "alice");
        await ServesAsync(gateway, alice);

        gateway.Plane.Commit(new Change { HandleEnded = new HandleEnded { HandleHash = Google.Protobuf.ByteString.CopyFrom(1, 2, 3) } });

        // A process that ends here takes down what it shares the process with, and says nothing to anybody.
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 503, "the lease ended");
        gateway.Plane.ForgetLog();
        gateway.Plane.DropStreams();
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "it served again from a snapshot");
    }

    [Fact]
    public async Task Is_not_fooled_by_a_control_plane_that_is_connected_and_silent()
    {
        await using var gateway = await StartWithLeaseAsync(TimeSpan.FromSeconds(2));
        var alice = gateway.SignIn("ses_a", "alice");
        await ServesAsync(gateway, alice);

        gateway.Plane.IsSilent = true;

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 503, "the lease ended");
    }

    [Fact]
    public async Task Begins_no_lease_after_a_snapshot_until_the_sessions_that_outlived_it_are_confirmed()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var lease = gateway.Part<Gateway.Feed.Lease>();
        await using var open = await LiveClient.OpenStreamAsync(
            gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", gateway.SignIn("ses_a", "alice"), System.Net.HttpVersion.Version11);
        var answer = new TaskCompletionSource();
        gateway.Plane.BeforeResolveReply = _ => answer.Task;

        gateway.Plane.Partition();
        var missed = gateway.Plane.Commit(Scenario.Group("others"));
        gateway.Plane.ForgetLog();
        gateway.Plane.Heal();
        await Eventually.TrueAsync(() => gateway.State.Current.Revision >= missed, "it had the snapshot");

        // Pings are answered every second meanwhile.
        await Eventually.TrueAsync(() => !lease.Covers(TimeSpan.FromSeconds(3)), "the lease was not renewed");
        Assert.False(open.Ended.IsCompleted);
        answer.SetResult();
        await Eventually.TrueAsync(() => lease.Covers(TimeSpan.FromSeconds(2)), "the lease was renewed");
    }

    [Fact]
    public async Task Gives_strict_applications_the_short_lease_only()
    {
        await using var gateway = await DecidingGateway.StartAsync(adjust: wiki => wiki with { Strict = true });
        gateway.Plane.Commit(Settings(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(2)));
        gateway.Plane.Commit(
            Scenario.Application(gateway.WikiDefinition() with { Name = "lax", Hosts = ["lax.door.test"] }),
            Scenario.Policy("lax", """permit (principal, action, resource == Application::"lax");"""));
        var alice = gateway.SignIn("ses_a", "alice");
        await ServesAsync(gateway, alice);
        await Eventually.TrueAsync(
            async () => (await gateway.GetAsync(url: "https://lax.door.test")).StatusCode == System.Net.HttpStatusCode.OK, "the other door opened");

        gateway.Plane.Partition();

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 503, "the strict lease ended");
        using var lax = await gateway.GetAsync(url: "https://lax.door.test");
        Assert.Equal(200, (int)lax.StatusCode);
    }

    [Fact]
    public async Task Cuts_when_the_session_expires()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice", life: TimeSpan.FromSeconds(5));
        var open = await gateway.OpenAllAsync(alice);

        var endings = await Task.WhenAll(open.Select(client => client.Ended)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("this session reached its end", endings[0].How, StringComparison.Ordinal);
        Assert.Equal(401, await gateway.StatusAsync(alice));
        foreach (var client in open)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Cuts_when_the_sign_in_becomes_too_old()
    {
        await using var gateway = await DecidingGateway.StartAsync(adjust: wiki => wiki with { MaxSignInAge = TimeSpan.FromSeconds(4) });
        var alice = gateway.SignIn("ses_a", "alice");
        await using var open = await LiveClient.OpenWebSocketAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/ws", alice, new Version(1, 1));

        var ending = await open.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("sign in again", ending.How, StringComparison.Ordinal);
        using var again = await gateway.GetAsync(alice, browser: true);
        Assert.Contains("max_age=4", again.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cuts_when_a_policy_that_reads_the_clock_says_no()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");
        var end = TimeProvider.System.GetUtcNow().AddSeconds(5);
        gateway.Plane.Commit(Scenario.Policy("wiki", $$"""permit (principal, action, resource) when { context.time.now < datetime("{{end:yyyy-MM-ddTHH:mm:ssZ}}") };"""));
        await using var open = await LiveClient.OpenWebSocketAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/ws", alice, new Version(1, 1));

        var ending = await open.Ended.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("policy", ending.How, StringComparison.Ordinal);
        Assert.Equal(403, await gateway.StatusAsync(alice));
    }

    // A lease this short may end between two pings that a loaded machine was late with; it comes back with the next.
    private static Task ServesAsync(DecidingGateway gateway, string cookie) =>
        Eventually.TrueAsync(async () => await gateway.StatusAsync(cookie) == 200, "it served");

    private static async Task<DecidingGateway> StartWithLeaseAsync(TimeSpan lease)
    {
        var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.Commit(Settings(lease, lease));
        var applied = gateway.Plane.Commit(new Change { Unrelated = new Unrelated() });
        await Eventually.TrueAsync(() => gateway.Plane.AppliedRevision >= applied, "the lease was set");
        return gateway;
    }

    private static Change Settings(TimeSpan lease, TimeSpan strict) => new()
    {
        Settings = new Settings
        {
            Domain = "door.test",
            PublicPort = 8443,
            Lease = Duration.FromTimeSpan(lease),
            StrictLease = Duration.FromTimeSpan(strict),
        },
    };
}
