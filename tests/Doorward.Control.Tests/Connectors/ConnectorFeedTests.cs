using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Control.Tests.Connectors;

/// <summary>What gateways are told of connectors, and what they tell.</summary>
public sealed class ConnectorFeedTests(ConnectorWorld world) : IClassFixture<ConnectorWorld>
{
    [Fact]
    public async Task Gateways_hear_of_each_replica_that_joins_or_is_retired_and_of_the_connector_that_goes()
    {
        await world.PutAsync("connectors/site", new { description = "By the sea" });
        using var feed = await world.Devices.Gateway.FollowAsync();
        var snapshot = (await feed.ReadAsync(ControlMessage.KindOneofCase.Snapshot)).Snapshot;
        Assert.Empty(snapshot.Connectors.Single(static one => one.Name == "site").Replicas);

        using var first = await world.JoinAsync("site");
        using var second = await world.JoinAsync("site");
        Assert.Equal([first.Id], (await NextAsync(feed)).Connector.Replicas);
        Assert.Equal([.. new[] { first.Id, second.Id }.Order(StringComparer.Ordinal)], (await NextAsync(feed)).Connector.Replicas);
        (await world.RetireAsync(first)).Dispose();
        Assert.Equal([second.Id], (await NextAsync(feed)).Connector.Replicas);

        // What an operator writes leaves replicas as they are.
        await world.PutAsync("connectors/site", new { description = "In the hills" });
        using (var again = await world.Devices.Gateway.FollowAsync())
            Assert.Equal([second.Id], (await again.ReadAsync(ControlMessage.KindOneofCase.Snapshot)).Snapshot.Connectors.Single(static one => one.Name == "site").Replicas);

        Assert.Equal(HttpStatusCode.OK, (await world.DeleteAsync("connectors/site")).Status);
        using var last = await world.Devices.Gateway.FollowAsync();
        Assert.DoesNotContain((await last.ReadAsync(ControlMessage.KindOneofCase.Snapshot)).Snapshot.Connectors, static one => one.Name == "site");
        Assert.Equal("retired", (await second.TargetsAsync()).Problem?.Code);

        // A later connector of the name is another: who was a replica of the first is none of it.
        await world.PutAsync("connectors/site", new { });
        Assert.Equal("retired", (await second.CertifyAsync()).Problem?.Code);
        Assert.Equal(0, (await world.StateAsync("site")).GetProperty("replicas").GetArrayLength());
    }

    [Fact]
    public async Task A_replica_is_told_to_drain_and_taken_back_and_every_gateway_hears_it_then_and_later()
    {
        await world.PutAsync("connectors/works", new { });
        using var first = await world.JoinAsync("works");
        using var second = await world.JoinAsync("works");
        using var feed = await world.Devices.Gateway.FollowAsync();
        await feed.ReadAsync(ControlMessage.KindOneofCase.Snapshot);
        Assert.Equal(HttpStatusCode.OK, await ActAsync(first.Id, "drain"));
        Assert.Equal([first.Id], (await NextAsync(feed)).Connector.Draining);
        var view = (await world.StateAsync("works")).GetProperty("replicas").EnumerateArray().Single(one => one.GetProperty("id").GetString() == first.Id);
        Assert.Equal(("draining", true), (view.GetProperty("state").GetString(), view.GetProperty("toldToDrain").GetBoolean()));

        // Told once is told; what an operator writes leaves it, and so does one who joins.
        Assert.Equal(HttpStatusCode.OK, await ActAsync(first.Id, "drain"));
        await world.PutAsync("connectors/works", new { description = "By the river" });
        using var third = await world.JoinAsync("works");
        Assert.Equal([first.Id], (await NextAsync(feed)).Connector.Draining);

        // Whoever comes later is told as well.
        using var later = await world.Devices.Gateway.FollowAsync();
        Assert.Equal([first.Id], (await later.ReadAsync(ControlMessage.KindOneofCase.Snapshot)).Snapshot.Connectors.Single(static one => one.Name == "works").Draining);

        Assert.Equal(HttpStatusCode.OK, await ActAsync(first.Id, "resume"));
        Assert.Empty((await NextAsync(later)).Connector.Draining);
        Assert.Equal("away", (await world.StateAsync("works")).GetProperty("replicas").EnumerateArray().First(one => one.GetProperty("id").GetString() == first.Id).GetProperty("state").GetString());

        // Who is retired is not told anything any more, nor is who never was.
        Assert.Equal(HttpStatusCode.OK, await ActAsync(second.Id, "drain"));
        Assert.Equal([second.Id], (await NextAsync(later)).Connector.Draining);
        (await world.RetireAsync(second)).Dispose();
        Assert.Empty((await NextAsync(later)).Connector.Draining);
        foreach (var act in new[] { "drain", "resume" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await ActAsync(second.Id, act));
            Assert.Equal(HttpStatusCode.NotFound, await ActAsync("rep-none", act));
            Assert.Contains(await world.Devices.AuditAsync($"connector.{act}"), static entry => entry.TryGetProperty("target", out var target) && target.GetString() == "works" && entry.GetProperty("outcome").GetString() == "done");
        }
    }

    private async Task<HttpStatusCode> ActAsync(string replica, string act)
    {
        using var answer = await world.Local.PostAsJsonAsync($"connectors/works/replicas/{replica}/{act}", new { reason = "New disks." });
        return answer.StatusCode;
    }

    [Fact]
    public async Task A_connector_that_applications_name_stays_and_an_application_names_only_one_that_is_there()
    {
        await world.PutAsync("connectors/named", new { });
        await world.PutAsync("applications/ledger", new { connector = "named", tcp = "ledger.internal:1521" });
        foreach (var path in new[] { "connectors/named", "connectors/named?force=true" })
        {
            var (status, body) = await world.DeleteAsync(path);
            Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict, $"{status} {body}");
            Assert.Contains("application ledger names it", body, StringComparison.Ordinal);
        }

        using var refused = await world.Local.PutAsJsonAsync("applications/other", new { spec = new { connector = "nowhere", tcp = "x.internal:1" } });
        Assert.False(refused.IsSuccessStatusCode);
        Assert.Contains("there is no connector nowhere", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var wrong = await world.Local.PutAsJsonAsync("connectors/Not_A_Name", new { spec = new { } });
        Assert.False(wrong.IsSuccessStatusCode);

        Assert.Equal(HttpStatusCode.OK, (await world.DeleteAsync("applications/ledger")).Status);
        Assert.Equal(HttpStatusCode.OK, (await world.DeleteAsync("connectors/named")).Status);
    }

    [Fact]
    public async Task What_gateways_report_of_replicas_is_told_until_they_report_otherwise_or_go()
    {
        await world.PutAsync("connectors/told", new { });
        using var replica = await world.JoinAsync("told");
        using var other = await world.JoinAsync("told");
        Assert.Equal("away", await HealthAsync());
        using (var gateway = await world.Control.JoinAsync("edge-7"))
        using (var feed = await gateway.FollowAsync())
        {
            await feed.ReadAsync(ControlMessage.KindOneofCase.Snapshot);
            await TellAsync(feed, Connected(replica.Id));
            var state = await world.StateAsync("told");
            var seen = state.GetProperty("replicas").EnumerateArray().Single(one => one.GetProperty("id").GetString() == replica.Id);
            Assert.Equal("connected", seen.GetProperty("state").GetString());
            var at = seen.GetProperty("gateways").EnumerateArray().Single();
            Assert.Equal(("edge-7", 1.5, 3), (at.GetProperty("gateway").GetString(), at.GetProperty("latency").GetDouble(), at.GetProperty("tunnels").GetInt32()));
            Assert.Equal("degraded", await HealthAsync());

            // What is not fit, and what claims to be of another connector, is nothing of this one's.
            var draining = Connected(other.Id);
            draining.Draining = true;
            var elsewhere = Connected(other.Id);
            elsewhere.Connector = "hq";
            await TellAsync(feed, Connected(replica.Id), elsewhere, new ConnectedReplica { Connector = "told", Replica = other.Id }, new ConnectedReplica());
            Assert.Equal("degraded", await HealthAsync());
            await TellAsync(feed, Connected(replica.Id), draining);
            Assert.Equal("degraded", await HealthAsync());
            await TellAsync(feed, Connected(replica.Id), Connected(other.Id));
            Assert.Equal("healthy", await HealthAsync());
        }

        for (var tries = 0; tries < 300 && await HealthAsync() != "away"; tries++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("away", await HealthAsync());
    }

    [Fact]
    public async Task Many_connectors_are_listed_in_pages_each_with_what_is_its_own()
    {
        for (var i = 0; i < 5; i++) await world.PutAsync($"connectors/paged-{i}", new { });
        await world.PutAsync("applications/paged-db", new { connector = "paged-3", tcp = "db.internal:5432" });
        var seen = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await world.Local.GetFromJsonAsync<JsonElement>($"connector-states?limit=2{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 2);
            seen.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        var names = seen.ConvertAll(static one => one.GetProperty("name").GetString()!);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(5, names.Count(static name => name.StartsWith("paged-", StringComparison.Ordinal)));
        Assert.All(seen, static one => Assert.Equal(one.GetProperty("name").GetString() == "paged-3", one.GetProperty("applications").EnumerateArray().Any(static served => served.GetProperty("name").GetString() == "paged-db")));
    }

    private async Task<string?> HealthAsync()
    {
        var all = await world.Local.GetFromJsonAsync<JsonElement>("connector-states");
        return all.GetProperty("items").EnumerateArray().Single(static one => one.GetProperty("name").GetString() == "told").GetProperty("health").GetString();
    }

    private static ConnectedReplica Connected(string replica) => new()
    {
        Connector = "told",
        Replica = replica,
        Version = "1.0",
        Address = "192.0.2.9",
        Since = TimeProvider.System.GetUtcNow().ToTimestamp(),
        LatencyMicroseconds = 1500,
        Connections = 1,
        Tunnels = 3,
    };

    // The answer to a ping comes once what was sent before it is taken.
    private static async Task TellAsync(TestFeed feed, params ConnectedReplica[] replicas)
    {
        await feed.SendAsync(new GatewayMessage { Connectors = new ConnectorReport { Replicas = { replicas } } });
        await feed.SendAsync(new GatewayMessage { Ping = new Ping { Nonce = 1 } });
        await feed.ReadAsync(ControlMessage.KindOneofCase.Pong);
    }

    private static async Task<Change> NextAsync(TestFeed feed)
    {
        while (true)
        {
            if ((await feed.ReadAsync(ControlMessage.KindOneofCase.Change)).Change is { KindCase: Change.KindOneofCase.Connector } change) return change;
        }
    }
}
