using System.Net;
using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>People's side as it should not be, and targets that do not answer: bounded, in words, and beside a neighbour who notices nothing.</summary>
public sealed class BadPersonTests
{
    private const int Limit = 40;

    [Fact]
    public async Task A_tunnel_is_a_post_over_http2_to_a_target_that_the_application_names()
    {
        await using var site = await TunnelSite.StartAsync(static db => db with
        {
            ProxyProtocol = true,
            Tcp = [db.Tcp[0], new TunnelTarget("one.internal", [new PortRange(1, 9)]), new TunnelTarget("two.internal", [new PortRange(5, 12)])],
        }, more: [Scenario.Application(new ApplicationDefinition { Name = "range", Connector = "hq", Tcp = [new TunnelTarget("one.internal", [new PortRange(1, 9)])] })]);
        await using var neighbour = await site.OpenTargetAsync($"db.internal:{site.Target.Port}");
        var token = site.Token("alice");
        using var http = new HttpMessageInvoker(Visitor.NewHandler(site.Gateway.Port, site.Gateway.CaFile));
        foreach (var (method, version) in new[] { (HttpMethod.Get, HttpVersion.Version20), (HttpMethod.Put, HttpVersion.Version20), (HttpMethod.Post, HttpVersion.Version11) })
        {
            using var request = new HttpRequestMessage(method, $"{TestPerson.Origin}{TunnelPaths.Applications}db") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.TryAddWithoutValidation("Authorization", token);
            using var response = await http.SendAsync(request, CancellationToken.None);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal("not-a-tunnel", JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString());
        }

        // No target where there are several; any host where two have the port; none, where nobody has; two at once.
        foreach (var (target, words) in new[]
        {
            (null, "db reaches more than one target"), ("*:5", "db has no port 5 that"), ("*:9", "no port 9 that"), ("*:13", "no port 13 that"), ("*:0", "no port 0 that"),
            ("one.internal:10", "db does not reach one.internal:10."), ("*", "does not reach *."), ($"db.internal:{site.Target.Port}&target=one.internal:1", "db does not reach "),
        })
        {
            var (status, person, problem) = await TestPerson.OpenAsync(site.Http, token, "db", target, raw: true);
            Assert.True((status, person) == (404, null), $"{target}: {status}");
            Assert.Equal(TunnelCloseCodes.NoSuchTarget, problem.GetProperty("code").GetString());
            Assert.Contains(words, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        var (range, _, _) = await site.OpenAsync("alice", "range");
        Assert.Equal(404, range); // one host, but which port?
        var asked = new TaskCompletionSource<ConnectorOrder>();
        site.Connector.OnOrder = (connector, order) =>
        {
            asked.TrySetResult(order);
            return connector.DialAsync(order with { Port = site.Target.Port });
        };
        await (await site.OpenTargetAsync("*:12")).FinishAsync();
        var order = await asked.Task;
        Assert.Equal(("two.internal", 12), (order.Host, order.Port));
        Assert.Equal(("127.0.0.1", "alice", site.Gateway.Port), (order.Proxy!.Address, order.Proxy.User, order.Proxy.LocalPort));
        await neighbour.ExchangeAsync();
    }

    [Fact]
    public async Task What_a_target_does_not_answer_is_said_plainly()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        foreach (var (code, expected) in new[] { (TunnelCloseCodes.TargetRefused, 502), (TunnelCloseCodes.TargetUnreachable, 504), (TunnelCloseCodes.TargetForbidden, 502), (TunnelCloseCodes.NoSuchTarget, 502) })
        {
            site.Connector.OnOrder = (connector, order) => connector.SayAsync(new ConnectorMessage { Refused = new OrderRefusal(order.Id, new TunnelClose(code, "it is so")) });
            var (status, nobody, problem) = await site.OpenAsync("alice");
            Assert.Equal((expected, null, code), (status, nobody, problem.GetProperty("code").GetString()));
            Assert.Contains("it is so", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        // A reset in the middle is one to the person too.
        site.Connector.OnOrder = null;
        await using var person = await site.EchoAsync();
        site.Target.Break();
        Assert.Equal(TunnelCloseCodes.TargetReset, (await person.ClosedAsync()).Code);
        await neighbour.ExchangeAsync();
    }

    [Fact]
    public async Task A_flood_of_tunnels_that_nobody_uses_is_bounded_by_its_session_and_leaves_nothing_when_it_vanishes()
    {
        await using var site = await TunnelSite.StartAsync(configure: static options => options with { SessionRequestLimit = Limit });
        await using var neighbour = await site.EchoAsync();
        var connections = new System.Collections.Concurrent.ConcurrentBag<Stream>();
        var handler = TestConnector.Client(site.Gateway, $"/device/{Doorward.Core.Identifiers.DeviceId.New().Value}", connections: connections);
        var token = site.Token("alice");
        var answers = await Task.WhenAll(Enumerable.Range(0, Limit + 20).Select(_ => TestPerson.OpenAsync(handler, token)));
        Assert.Equal((Limit, 20), (answers.Count(static answer => answer.Status == 200), answers.Count(static answer => answer.Status == 429)));
        await Eventually.TrueAsync(() => site.Target.Open == Limit + 1, "they are open");
        await neighbour.ExchangeAsync();
        await (await site.EchoAsync()).FinishAsync(); // another session is not theirs

        // Gone without a word, in the middle of what they were sent.
        foreach (var (_, person, _) in answers.Where(static answer => answer.Person is not null)) await person!.SayAsync("half a wor");
        foreach (var connection in connections) ((System.Net.Sockets.NetworkStream)connection).Socket.Close(0);
        await Eventually.TrueAsync(() => site.Target.Open == 1 && site.Seen("rep1")!.Tunnels == 1, "nothing of them is left");
        Assert.Equal(Limit, site.Target.Resets);
        await neighbour.ExchangeAsync();
        foreach (var (_, person, _) in answers.Where(static answer => answer.Person is not null)) await person!.DisposeAsync();
        handler.Dispose();
    }

    [Fact]
    public async Task Whoever_takes_nothing_is_cut_all_the_same_and_holds_nobody_up()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var neighbour = await site.EchoAsync();
        site.Target.IsEndless = true;
        var token = site.Gateway.Plane.SignInAgent("ses_deaf", "alice", TimeProvider.System.GetUtcNow());

        // Without reading its answer's body: the window of HTTP/2 fills, and what is written waits.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{TestPerson.Origin}{TunnelPaths.Applications}db");
        request.Headers.TryAddWithoutValidation("Authorization", token);
        using var http = new HttpMessageInvoker(Visitor.NewHandler(site.Gateway.Port, site.Gateway.CaFile));
        var before = site.Connector.Sent;
        var (call, _) = await TunnelCall.OpenAsync(http, request, CancellationToken.None);
        await using (call)
        {
            await Eventually.TrueAsync(() => site.Connector.Sent - before >= 128 * 1024, "its target sends");
            site.Gateway.Plane.Commit(Scenario.SessionEnded("ses_deaf"));
            var started = TimeProvider.System.GetTimestamp();
            await Eventually.TrueAsync(() => site.Target.Open == 1 && site.Seen("rep1")!.Tunnels == 1, "it is cut, and nothing of it is left");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(3), "at once; a floor of bytes a second would end it later");
            await neighbour.ExchangeAsync();
        }
    }
}
