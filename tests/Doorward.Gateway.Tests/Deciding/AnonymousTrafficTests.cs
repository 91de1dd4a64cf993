using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Tests.Running;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>What nobody has signed in for is bounded, the newest gets in, and who has signed in is left alone.</summary>
public sealed class AnonymousTrafficTests
{
    private const int FormLength = 100_000;

    // Enough at once that the floor for bodies, 240 bytes a second, has nothing to say for minutes.
    private static readonly string s_slowForm =
        $"POST /signin HTTP/1.1\r\nHost: auth.door.test\r\nOrigin: https://auth.door.test\r\nContent-Length: {FormLength}\r\n\r\n{new string('a', FormLength - 1)}";

    [Fact]
    public async Task Ends_the_oldest_of_too_many_slow_requests_at_the_sign_in_host()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { AnonymousRequestLimit = 3 });
        var slow = new List<RawConnection>();
        for (var i = 0; i < 5; i++)
        {
            slow.Add(await DialAsync(gateway, "auth.door.test"));
            await slow[i].SendAsync(s_slowForm);
            await Eventually.TrueAsync(() => gateway.Part<Gateway.Connections.AnonymousTraffic>().Requests.Count == Math.Min(i + 1, 3), "it was let in");
        }

        Assert.True(await slow[0].EndsAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(await slow[1].EndsAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        for (var i = 2; i < 5; i++) Assert.Equal(200, (await slow[i].AskAsync("a")).Status);
        using var page = await gateway.GetAsync(path: "/signin", url: "https://auth.door.test");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        foreach (var connection in slow) await connection.DisposeAsync();
    }

    [Fact]
    public async Task Ends_the_oldest_of_too_many_visitors_of_a_public_application_and_nobody_who_has_signed_in()
    {
        await using var gateway = await DecidingGateway.StartAsync(
            policy: "permit (principal, action, resource);", configure: options => options with { AnonymousRequestLimit = 2 });
        await using var alice = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", gateway.SignIn("ses_a", "alice"), HttpVersion.Version20);
        await using var first = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", "", HttpVersion.Version20);
        await using var second = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", "", HttpVersion.Version11);
        await using var third = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", "", HttpVersion.Version11);

        await first.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(alice.Ended.IsCompleted);
        Assert.False(second.Ended.IsCompleted);
        Assert.False(third.Ended.IsCompleted);
    }

    [Fact]
    public async Task Closes_the_oldest_of_too_many_connections_that_nobody_signed_in_on()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { AnonymousConnectionLimit = 4 });
        await using var alice = await DialAsync(gateway, DecidingGateway.Wiki);
        var ask = $"HEAD / HTTP/1.1\r\nHost: {DecidingGateway.Wiki}\r\nCookie: {gateway.SignIn("ses_a", "alice")}\r\n\r\n";
        Assert.Equal(200, (await alice.AskAsync(ask)).Status);

        var idle = new List<RawConnection>();
        for (var i = 0; i < 6; i++) idle.Add(await DialAsync(gateway, DecidingGateway.Wiki));

        Assert.True(await idle[0].EndsAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(200, (await alice.AskAsync(ask)).Status);
        Assert.Equal(401, (await idle[5].AskAsync($"GET / HTTP/1.1\r\nHost: {DecidingGateway.Wiki}\r\n\r\n")).Status);
        foreach (var connection in idle) await connection.DisposeAsync();
    }

    [Fact]
    public async Task Counts_a_request_until_it_is_over_and_no_longer()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var requests = gateway.Part<Gateway.Connections.AnonymousTraffic>().Requests;
        for (var i = 0; i < 20; i++) Assert.Equal(401, await gateway.StatusAsync());
        await Eventually.TrueAsync(() => requests.Count == 0, "every place was given back");
    }

    [Fact]
    public async Task Asks_the_control_plane_for_no_certificate_of_names_that_have_no_door()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            await using var stranger = await DialAsync(gateway, $"n{i}.unknown.test");
            Assert.Equal(404, (await stranger.AskAsync($"GET / HTTP/1.1\r\nHost: n{i}.unknown.test\r\n\r\n")).Status);
        }

        Assert.Equal(401, await gateway.StatusAsync());
        Assert.Equal([DecidingGateway.Wiki], gateway.Plane.CertificateHosts);
    }

    [Fact]
    public async Task Asks_for_so_many_certificates_below_a_wildcard_and_for_those_of_named_hosts_all_the_same()
    {
        const int Names = 300, Ahead = 200, PerSecond = 2;
        await using var gateway = await DecidingGateway.StartAsync(adjust: wiki => wiki with { Hosts = [DecidingGateway.Wiki, "*.pr.door.test"] });
        Assert.Equal(401, await gateway.StatusAsync());
        var begun = TimeProvider.System.GetTimestamp();
        var served = 0;
        await Parallel.ForAsync(0, Names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            try
            {
                await using var visitor = await DialAsync(gateway, $"n{i}.pr.door.test");
                Interlocked.Increment(ref served);
            }
            catch (Exception refused) when (refused is IOException or AuthenticationException)
            {
                // As long as it takes.
            }
        });

        var most = Ahead + (PerSecond * (1 + (int)TimeProvider.System.GetElapsedTime(begun).TotalSeconds));
        Assert.InRange(served, Math.Min(Ahead, Names), Math.Min(most, Names));
        Assert.Equal(served + 1, gateway.Plane.CertificateHosts.Count);

        // A door of its own that is new meanwhile, and the one that was there: neither waits, nor is asked for again.
        var applied = gateway.Plane.Commit(Scenario.Application(gateway.WikiDefinition() with { Name = "docs", Hosts = ["docs.door.test"] }));
        await Eventually.TrueAsync(() => gateway.State.Current.Revision >= applied, "the door was there");
        using var docs = await gateway.GetAsync(url: "https://docs.door.test");
        Assert.Equal(HttpStatusCode.Unauthorized, docs.StatusCode);
        await using (await DialAsync(gateway, DecidingGateway.Wiki))
            Assert.Single(gateway.Plane.CertificateHosts, DecidingGateway.Wiki);
    }

    [Fact]
    public async Task Tokens_that_nobody_is_known_by_take_the_places_of_nobody_ask_a_few_at_a_time_and_keep_nobody_waiting()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { AnonymousRequestLimit = 40 });
        var requests = gateway.Part<Gateway.Connections.AnonymousTraffic>().Requests;
        var answer = new TaskCompletionSource();
        gateway.Plane.BeforeResolveReply = reply => reply.Found ? Task.CompletedTask : answer.Task;

        var flood = Enumerable.Range(0, 60).Select(_ => gateway.StatusAsync(authorization: $"Bearer dwt_{Credential.New()}")).ToList();

        await Eventually.TrueAsync(() => flood.Count(request => request.IsCompleted) == 20, "the oldest were pushed out");
        Assert.Equal(40, requests.Count);
        Assert.Equal(200, await gateway.StatusAsync(gateway.SignIn("ses_a", "alice")));
        await Eventually.TrueAsync(() => gateway.Plane.Resolves > 1, "somebody unknown was asked for as well");
        Assert.InRange(gateway.Plane.Resolves, 2, 33);
        answer.SetResult();
        Assert.Equal(40, (await Task.WhenAll(flood)).Count(status => status == 401));
        await Eventually.TrueAsync(() => requests.Count == 0, "every place was given back");
    }

    [Fact]
    public async Task A_token_takes_no_place_of_nobody_once_it_is_known_whose_it_is()
    {
        await using var gateway = await DecidingGateway.StartAsync(
            policy: "permit (principal, action, resource);", configure: options => options with { AnonymousRequestLimit = 1 });
        gateway.Plane.Commit(Scenario.User("alice"), Scenario.Session("ses_t", "alice", 1, TimeProvider.System.GetUtcNow()));
        await using var open = await LiveClient.OpenStreamAsync(
            gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", "", HttpVersion.Version11, authorization: gateway.Plane.Token("ses_t", "wiki"));

        Assert.Equal(401, await gateway.StatusAsync(authorization: "Bearer dwt_unknown"));
        Assert.Equal(200, await gateway.StatusAsync());

        Assert.False(open.Ended.IsCompleted);
    }

    private static async Task<RawConnection> DialAsync(DecidingGateway gateway, string host)
    {
        var plain = await RawConnection.ConnectAsync(gateway.Port);
        var tls = new SslStream(plain.Stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        });
        return new RawConnection(tls);
    }
}
