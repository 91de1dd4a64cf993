using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Devices;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Doorward.Testing.Devices;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Devices;

/// <summary>What people may do with machines of their own, and what they may not.</summary>
public sealed class OwnDeviceTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private OwnDevices Own => world.Control.Services.GetRequiredService<OwnDevices>();

    [Fact]
    public async Task People_see_rename_and_retire_their_own_machine_and_it_is_on_record()
    {
        var act = await PersonAsync();
        using var device = await world.EnrolAsync("own", new { owner = act.Name });
        await device.ReportAsync("firewall=fail", "timeSync=pass");
        var shown = Assert.Single((await Own.ListAsync(act.PersonId, CancellationToken.None)).Devices);
        Assert.Equal((device.Id, "green", "A firewall refuses what was not asked for"), (shown.Id, shown.Health.Colour, shown.Facts[0].Title));
        Assert.Null(await Own.RenameAsync(act, device.Id, "my-own", CancellationToken.None));
        Assert.Equal("my-own", (await world.ShowAsync(device.Id)).GetProperty("name").GetString());

        // The machine itself hears it too, with a report that is written and one that is not, and when it asks.
        Assert.Equal("my-own", (await device.ReportAsync()).Message?.Health.Name);
        Assert.Equal("my-own", (await device.ReportAsync("timeSync=fail")).Message?.Health.Name);
        Assert.Equal("my-own", (await device.StatusAsync()).Message?.Name);
        Assert.Null(await Own.RetireAsync(act, device.Id, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, (await device.StatusAsync()).Status);
        Assert.Empty((await Own.ListAsync(act.PersonId, CancellationToken.None)).Devices);
        Assert.Equal(["attempted", "done"], (await world.AuditAsync("device.retire")).Where(entry => entry.GetProperty("target").GetString() == device.Id).Select(static entry => entry.GetProperty("outcome").GetString()));
    }

    [Theory]
    [InlineData("of another person")]
    [InlineData("of nobody")]
    [InlineData("held")]
    [InlineData("that there is not")]
    public async Task A_device_that_is_not_theirs_or_is_held_is_neither_renamed_nor_retired(string what)
    {
        var act = await PersonAsync();
        var other = await PersonAsync();
        using var device = await world.EnrolAsync("kept", what switch { "held" => new { owner = (string?)act.Name }, "of another person" => new { owner = (string?)other.Name }, _ => new { owner = (string?)null } });
        if (what == "held") await world.ActAsync($"{device.Id}/hold", new { reason = "looked at" });
        var id = what == "that there is not" ? "dev_none" : device.Id;
        Assert.NotNull(await Own.RetireAsync(act, id, CancellationToken.None));
        Assert.NotNull(await Own.RenameAsync(act, id, "stolen", CancellationToken.None));
        var shown = await world.ShowAsync(device.Id);
        Assert.NotEqual("retired", shown.GetProperty("standing").GetString());
        Assert.NotEqual("stolen", shown.GetProperty("name").GetString());
    }

    [Fact]
    public async Task People_bring_machines_only_where_they_may_not_while_one_is_held_and_not_without_end()
    {
        var act = await PersonAsync();
        Assert.NotNull((await Own.InviteAsync(act, null, CancellationToken.None)).Problem);
        await AllowAsync(true);
        try
        {
            var (link, _, problem) = await Own.InviteAsync(act, "brought", CancellationToken.None);
            Assert.Null(problem);
            using var device = await TestDevice.EnrolAsync(world.SendAsync, link!);
            var shown = await world.ShowAsync(device.Id);
            Assert.Equal(("brought", act.Name), (shown.GetProperty("name").GetString(), shown.GetProperty("owner").GetString()));

            await world.ActAsync($"{device.Id}/hold");
            Assert.NotNull((await Own.InviteAsync(act, null, CancellationToken.None)).Problem);
            await world.ActAsync($"{device.Id}/release");
            var made = await Task.WhenAll(Enumerable.Range(0, 2 * OwnDevices.Most).Select(_ => Own.InviteAsync(act, null, CancellationToken.None)));
            Assert.Equal(OwnDevices.Most - 1, made.Count(static one => one.Link is not null));
        }
        finally
        {
            await AllowAsync(false);
        }
    }

    private async Task AllowAsync(bool allowed)
    {
        var now = await world.Local.GetFromJsonAsync<JsonElement>("settings");
        var spec = System.Text.Json.Nodes.JsonNode.Parse(now.GetProperty("spec").GetRawText())!;
        spec["ownDevices"] = allowed;
        using var put = await world.Local.PutAsJsonAsync("settings", new { spec });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        Assert.Equal(allowed, JsonDocument.Parse(await put.Content.ReadAsStringAsync()).RootElement.GetProperty("spec").GetProperty("ownDevices").GetBoolean());
    }

    private async Task<OwnAct> PersonAsync()
    {
        var user = await world.Control.AddUserAsync(Identifier.New("own"));
        return new OwnAct(user.Id, user.UserName!, "ses_test", "192.0.2.7");
    }
}
