using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Tests.Api;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Feeds;

/// <summary>What administrators are told of use is of now, not of the beginning.</summary>
public sealed class LastSeenTests
{
    [Fact]
    public async Task A_gateway_was_seen_at_its_last_ping_also_once_it_has_gone()
    {
        await using var host = await ApiHost.StartAsync();
        using var gateway = await host.Control.JoinAsync();
        DateTimeOffset pinged;
        using (var feed = await gateway.FollowAsync())
        {
            await feed.ReadAsync(ControlMessage.KindOneofCase.Snapshot);
            var begun = await SeenAsync(host);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            pinged = TimeProvider.System.GetUtcNow();
            await feed.SendAsync(new GatewayMessage { Ping = new Ping { Nonce = 1 } });
            await feed.ReadAsync(ControlMessage.KindOneofCase.Pong);
            Assert.True(begun < pinged);
            Assert.InRange(await SeenAsync(host), pinged, TimeProvider.System.GetUtcNow());
        }

        await EventuallyAsync(async () =>
        {
            await using var db = host.Control.Open();
            return (await db.Gateways.SingleAsync()).LastSeen >= pinged;
        });
    }

    [Fact]
    public async Task A_token_was_used_when_a_gateway_says_so()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("robot", null);
        await host.Local.PutAsJsonAsync("applications/wiki", new { spec = new { hosts = new[] { $"wiki.{TestInstallation.Domain}" }, upstream = "http://127.0.0.1:9" } });
        using var made = await host.Local.PostAsJsonAsync("tokens", new { user = "robot", applications = new[] { "wiki" }, days = 1 });
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        Assert.Equal(JsonValueKind.Null, (await TokenAsync(host)).ValueKind);

        string session;
        await using (var db = host.Control.Open()) session = (await db.Tokens.SingleAsync()).SessionId;
        var at = TimeProvider.System.GetUtcNow();
        host.Control.Services.GetRequiredService<LastUses>().Report(new LastUse { Uses = { new SessionUse { SessionId = session, At = at.ToTimestamp(), Address = "192.0.2.9" } } });
        await host.Control.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<SessionSweeper>().Single().SweepAsync(CancellationToken.None);
        Assert.InRange((await TokenAsync(host)).GetDateTimeOffset(), at.AddSeconds(-1), at.AddSeconds(1));
    }

    private static async Task<DateTimeOffset> SeenAsync(ApiHost host) =>
        JsonDocument.Parse(await host.Local.GetStringAsync("gateways")).RootElement.GetProperty("items")[0].GetProperty("lastSeen").GetDateTimeOffset();

    private static async Task<JsonElement> TokenAsync(ApiHost host) =>
        JsonDocument.Parse(await host.Local.GetStringAsync("tokens")).RootElement.GetProperty("items")[0].TryGetProperty("lastUsed", out var used) ? used : JsonDocument.Parse("null").RootElement;

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 1_200 && !await condition(); i++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.True(await condition());
    }
}
