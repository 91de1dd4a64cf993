using System.Text.Json.Nodes;
using Doorward.Control.Audit;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>No access without a record, and no change without one; both by themselves again when there is space.</summary>
public class FullDiskTests
{
    [Fact]
    public async Task On_a_full_disk_the_gateway_lets_nobody_new_in_until_there_is_space()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 2);
        Assert.SkipWhen(disk is null, "only root can mount a small disk");
        await using var installation = await Installation.StartAsync(["alice"], gatewayData: Path.Combine(disk.Folder, "gateway"));
        using var alice = await installation.SignInAsync("alice");

        await disk.FillAsync();

        // What the last block of the spool still holds is room for a record or two.
        await Eventually.TrueAsync(async () => await FreshStatusAsync(installation) == 503, "it refused for want of a record");
        var served = installation.Upstream.Requests;
        Assert.Equal(503, await FreshStatusAsync(installation));
        Assert.Equal(served, installation.Upstream.Requests);
        Assert.Equal(200, await installation.StatusAsync(alice)); // her grant is on record

        disk.Empty();
        await Eventually.TrueAsync(async () => await FreshStatusAsync(installation) == 200, "it let somebody in again");
    }

    [Fact]
    public async Task On_a_full_disk_the_control_plane_changes_nothing_until_there_is_space_and_loses_nothing()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 24);
        Assert.SkipWhen(disk is null, "only root can mount a small disk");
        await using var installation = await Installation.StartAsync(["alice"], controlData: Path.Combine(disk.Folder, "control"));
        using var alice = await installation.SignInAsync("alice");
        var sessions = await installation.Product.Api.GetAsync("sessions");

        await disk.FillAsync();

        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => installation.RevokeAsync("alice"));
        Assert.Equal(503, refused.Status);
        Assert.Equal(200, await installation.StatusAsync(alice));

        disk.Empty();
        await Eventually.TrueAsync(() => TakesChangesAsync(installation), "it took changes again");
        await Eventually.TrueAsync(async () => await installation.StatusAsync(alice) == 401, "her session ended");
        Assert.NotEmpty(sessions!["items"]!.AsArray());
        Assert.IsType<AuditVerdict.Intact>(await AuditVerifier.VerifyAsync(installation.Product.ControlData, outsideCheckpoint: installation.Product.OutsideCheckpoint));

        // Also after a start: nothing half written is in the way.
        await installation.Product.Control!.KillAsync();
        await installation.Product.StartControlAsync();
        Assert.Empty((await installation.Product.Api.GetAsync("sessions"))!["items"]!.AsArray());
    }

    /// <summary>The status that a new session of alice's gets, by a token of its own.</summary>
    private static async Task<int> FreshStatusAsync(Installation installation)
    {
        var token = await installation.Product.Api.PostAsync("tokens", new JsonObject { ["user"] = "alice", ["applications"] = new JsonArray("wiki"), ["days"] = 1 });
        using var client = new HttpClient(Visitor.NewHandler(installation.Product.Port, installation.Product.CaFile));
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string)token!["token"]!);
        using var response = await client.GetAsync(new Uri(installation.Wiki));
        return (int)response.StatusCode;
    }

    private static async Task<bool> TakesChangesAsync(Installation installation)
    {
        try
        {
            await installation.Product.Api.PostAsync("sessions/revoke", new JsonObject { ["user"] = "alice" });
            return true;
        }
        catch (ApiRefusedException refusal) when (refusal.Status is 503 or 500)
        {
            return false;
        }
    }
}
