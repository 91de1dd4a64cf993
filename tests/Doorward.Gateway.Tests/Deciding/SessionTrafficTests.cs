using System.Net;
using Doorward.Gateway.Connections;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>What one session asks for is bounded, and nobody else notices its flood.</summary>
public sealed class SessionTrafficTests
{
    [Fact]
    public async Task Refuses_a_session_that_asks_too_fast_and_serves_the_others()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { SessionRate = 5 });
        var alice = gateway.SignIn("ses_a", "alice");
        var bob = gateway.SignIn("ses_b", "bob");
        var refused = 0;
        for (var i = 0; i < 200 && refused < 20; i++)
        {
            using var answer = await gateway.GetAsync(alice);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) continue;
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
            Assert.Contains("too-many-requests", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            if (refused++ % 5 == 0) Assert.Equal(200, await gateway.StatusAsync(bob));
        }

        Assert.Equal(20, refused);
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "she got in again");
    }

    [Fact]
    public async Task Refuses_more_requests_in_progress_than_one_session_may_have()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { SessionRequestLimit = 2 });
        var alice = gateway.SignIn("ses_a", "alice");
        await using var first = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", alice, HttpVersion.Version20);
        await using (await LiveClient.OpenWebSocketAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/ws", alice, HttpVersion.Version11))
        {
            Assert.Equal(429, await gateway.StatusAsync(alice));
            Assert.Equal(200, await gateway.StatusAsync(gateway.SignIn("ses_b", "bob")));
            Assert.False(first.Ended.IsCompleted);
        }

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "a place was given back");
    }

    [Fact]
    public async Task Goes_on_counting_as_nobodys_what_is_beyond_the_connections_of_one_session()
    {
        await using var gateway = await DecidingGateway.StartAsync(configure: options => options with { SessionRequestLimit = 2, AnonymousConnectionLimit = 100 });
        var ask = $"HEAD / HTTP/1.1\r\nHost: {DecidingGateway.Wiki}\r\nCookie: {gateway.SignIn("ses_a", "alice")}\r\n\r\n";
        var connections = gateway.Part<AnonymousTraffic>().Connections;
        var open = new List<Running.RawConnection>();
        for (var i = 0; i < 5; i++)
        {
            open.Add(await Running.RawConnection.ConnectTlsAsync(gateway.Port, DecidingGateway.Wiki, static (_, certificate, _, _) => certificate is not null));
            Assert.Equal(200, (await open[i].AskAsync(ask)).Status);
        }

        Assert.Equal(3, connections.Count);
        await open[0].DisposeAsync();
        await Eventually.TrueAsync(
            async () => (await open[4].AskAsync(ask)).Status == 200 && connections.Count == 2, "a place that was given back was taken");
        foreach (var connection in open) await connection.DisposeAsync();
    }

    [Fact]
    public void Pays_for_each_request_and_a_burst_ahead()
    {
        var allowance = new SessionAllowance();
        var taken = Enumerable.Range(0, 100).Count(_ => allowance.TryPay(now: 1_000, interval: 10, burst: 200));
        Assert.Equal(20, taken);
        Assert.False(allowance.TryPay(1_009, 10, 200));
        Assert.True(allowance.TryPay(1_010, 10, 200));
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => allowance.TryPay(50_000, 10, 200)));
    }
}
