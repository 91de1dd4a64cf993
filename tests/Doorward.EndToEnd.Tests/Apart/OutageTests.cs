using System.Net;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>What each part does while the other, or itself, is not there; seen from outside, with real processes and real leases.</summary>
public class OutageTests
{
    private const string Strict = "vault";

    [Fact]
    public async Task Without_a_control_plane_it_serves_until_the_lease_ends_and_after_it_only_what_still_holds()
    {
        await using var installation = await StartAsync("alice", "carol");
        using var alice = await EnterAsync(installation, "alice");
        using var carol = await EnterAsync(installation, "carol");
        await using var open = await installation.OpenWebSocketAsync(alice, HttpVersion.Version11, Strict);

        await installation.Product.Control!.SuspendAsync();

        Assert.Equal((200, 200), (await installation.StatusAsync(alice), await installation.StatusAsync(alice, Strict)));
        await Eventually.TrueAsync(async () => await installation.StatusAsync(alice, Strict) == 503, "the strict lease ended");
        Assert.StartsWith("1008 ", (await open.Ended.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)).How, StringComparison.Ordinal);
        Assert.Equal(200, await installation.StatusAsync(alice));
        await AssertCannotSignInAsync(installation);

        // Asked of a process that stands still, so that it is the first thing that happens when it goes on.
        var revoked = installation.RevokeAsync("alice");
        await installation.Product.Control.ResumeAsync();
        await revoked;
        await installation.Product.ConnectedAsync();

        // The lease is renewed with the next ping; until then nobody is served at the strict door.
        Assert.DoesNotContain(200, new[] { await installation.StatusAsync(alice), await installation.StatusAsync(alice, Strict) });
        await Eventually.TrueAsync(async () => await installation.StatusAsync(carol, Strict) == 200, "it served again");
        Assert.Equal(200, await installation.StatusAsync(carol));
        Assert.Equal((401, 401), (await installation.StatusAsync(alice), await installation.StatusAsync(alice, Strict)));
    }

    [Fact]
    public async Task A_gateway_that_was_suspended_past_its_lease_serves_nothing_on_it()
    {
        await using var installation = await StartAsync("alice", "carol");
        using var alice = await EnterAsync(installation, "alice");
        using var carol = await EnterAsync(installation, "carol");

        await installation.Product.Gateway!.SuspendAsync();
        await installation.RevokeAsync("alice");
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System);

        // They wait in the socket: the first thing that it does when it wakes.
        var waiting = Enumerable.Range(0, 5).Select(_ => installation.StatusAsync(alice, Strict)).ToList();
        await installation.Product.Gateway.ResumeAsync();

        Assert.DoesNotContain(200, await Task.WhenAll(waiting));
        await Eventually.TrueAsync(async () => await installation.StatusAsync(carol, Strict) == 200, "it served again");
        Assert.Equal(401, await installation.StatusAsync(alice, Strict));
    }

    [Fact(Explicit = true)]
    public async Task A_killed_control_plane_closes_every_door_after_a_minute_and_opens_them_when_it_is_back()
    {
        await using var installation = await StartAsync("alice");
        using var alice = await EnterAsync(installation, "alice");
        await using var open = await installation.OpenWebSocketAsync(alice, HttpVersion.Version20);
        await installation.Product.Control!.KillAsync();
        var begun = TimeProvider.System.GetTimestamp();

        await Eventually.TrueAsync(async () => await installation.StatusAsync(alice) == 503, "the lease ended", seconds: 90);
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 55, 65);
        Assert.StartsWith("1008 ", (await open.Ended.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)).How, StringComparison.Ordinal);

        await installation.Product.StartControlAsync();
        await Eventually.TrueAsync(async () => await installation.StatusAsync(alice) == 200, "it served again");
    }

    private static async Task<Installation> StartAsync(params string[] people)
    {
        var installation = await Installation.StartAsync(people);
        await installation.ProtectAsync(Strict, strict: true);
        await installation.Product.ConnectedAsync();
        return installation;
    }

    private static async Task<Visitor> EnterAsync(Installation installation, string name)
    {
        var visitor = await installation.SignInAsync(name);
        using var strict = await visitor.FollowAsync(HttpMethod.Get, installation.Product.Url(Strict));
        Assert.Equal(HttpStatusCode.OK, strict.StatusCode);
        return visitor;
    }

    private static async Task AssertCannotSignInAsync(Installation installation)
    {
        using var nobody = installation.Product.NewVisitor();
        using var page = await nobody.FollowAsync(HttpMethod.Get, installation.Wiki);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("Signing in is not possible at the moment", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
