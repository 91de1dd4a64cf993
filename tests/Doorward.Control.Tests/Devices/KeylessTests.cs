using System.Text.Json;
using Doorward.Control.Audit;
using Doorward.Control.Devices;
using Doorward.Core.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Devices;

public sealed class KeylessTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task A_certificate_shown_without_its_key_is_on_record_once_a_place_and_hour_with_how_many_and_so_many_places_at_most()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var records = new KeylessRecords(world.Control.Services.GetRequiredService<AuditLog>(), clock);
        var thief = new KeylessClient { Address = "198.51.100.1", Client = "curl", Times = 3 };
        await records.TakeAsync("edge-1", new KeylessClients { Clients = { thief, new KeylessClient(thief) { Times = 0 } } });
        await records.TakeAsync("edge-2", new KeylessClients { Clients = { thief, new KeylessClient(thief) { Client = new string('x', 100) } } });
        var told = Assert.Single(await ToldAsync());
        Assert.Equal(("edge-1", "refused"), (told.GetProperty("actor").GetString(), told.GetProperty("outcome").GetString()));
        Assert.Equal(("198.51.100.1", "curl", 3, 0), Said(told));

        clock.Advance(TimeSpan.FromMinutes(61));
        await records.TakeAsync("edge-1", new KeylessClients { Clients = { new KeylessClient(thief) { Times = 1 } } });
        Assert.Equal(("198.51.100.1", "curl", 1, 6), Said((await ToldAsync())[^1]));

        // From everywhere, again and again: a record each for so many, and one for all others.
        var before = (await ToldAsync()).Count;
        for (var round = 0; round < 2; round++)
            await records.TakeAsync("edge-1", new KeylessClients { Clients = { Enumerable.Range(0, 1000).Select(i => new KeylessClient(thief) { Address = $"203.0.{i / 250}.{i % 250}" }) } });
        var all = await ToldAsync();
        Assert.Equal(PlaceCounts.MostPlaces, all.Count - before);
        Assert.Equal(("", "", 3, 0), Said(all[^1]));
    }

    private async Task<IReadOnlyList<JsonElement>> ToldAsync() => await world.AuditAsync(KeylessRecords.Action);

    private static (string Address, string Client, int Times, int Before) Said(JsonElement record)
    {
        var details = record.GetProperty("details");
        return (Text("address"), Text("client"), details.GetProperty("times").GetInt32(), details.GetProperty("before").GetInt32());
        string Text(string name) => details.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }
}
