using CsCheck;
using Doorward.Control.Audit;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>Kills gateway and control plane at any moment, starts them again, and asks what they still know.</summary>
internal sealed class Killer(ApartProduct product, Recording recording, ulong seed)
{
    private readonly PCG _random = new(4, seed);
    private TimeSpan _gatewayBegan;

    public int ControlKills { get; private set; }

    public int GatewayKills { get; private set; }

    public async Task RunAsync(int kills)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await PauseAsync(800, 4_000);

            // The first two are one of each, however few there are.
            var controlPlane = kill < 2 ? kill == 0 : _random.Next(2) == 0;
            await (controlPlane ? KillControlPlaneAsync() : KillGatewayAsync());
        }

        await PauseAsync(2_000, 3_000);
        recording.GatewayLived(_gatewayBegan);
        await ObserveAsync();
    }

    private async Task KillGatewayAsync()
    {
        GatewayKills++;
        await product.Gateway!.KillAsync();
        recording.GatewayLived(_gatewayBegan);
        await product.Gateway.DisposeAsync();
        await PauseAsync(0, 500);
        _gatewayBegan = recording.Now;
        await product.StartGatewayAsync();
    }

    private async Task KillControlPlaneAsync()
    {
        ControlKills++;
        var apart = recording.Now;
        await product.Control!.KillAsync();
        await product.Control.DisposeAsync();

        // Now and then for longer than the strict lease.
        await PauseAsync(0, _random.Next(4) == 0 ? 7_000u : 500u);
        await product.StartControlAsync();
        await VerifyAuditAsync();
        await ObserveAsync();
        await product.ConnectedAsync();
        recording.Partitioned(apart);
    }

    private async Task VerifyAuditAsync()
    {
        var outside = File.Exists(product.OutsideCheckpoint) ? product.OutsideCheckpoint : null;
        var verdict = await AuditVerifier.VerifyAsync(product.ControlData, outsideCheckpoint: outside);
        Assert.True(verdict is AuditVerdict.Intact, $"after kill {ControlKills} of the control plane: {verdict}");
    }

    private async Task ObserveAsync()
    {
        var asked = recording.Now;
        var sessions = (await ListAsync("sessions")).ToHashSet(StringComparer.Ordinal);
        foreach (var revoked in recording.ToHistory().ChangesOf.Where(changes => changes.Key.Kind == SwitchKind.Session).Select(changes => changes.Key))
            recording.Observed(revoked, sessions.Contains(revoked.Name), asked);
        asked = recording.Now;
        var staff = (await product.Api.GetAsync("groups/staff"))!["spec"]!["members"]!.AsArray().Select(member => (string)member!).ToHashSet(StringComparer.Ordinal);
        foreach (var person in Load.People)
            recording.Observed(new Switch(SwitchKind.Membership, person), staff.Contains(person), asked);
        foreach (var person in Load.People)
        {
            asked = recording.Now;
            var disabled = (bool?)(await product.Api.GetAsync($"users/{person}"))!["spec"]!["disabled"] ?? false;
            recording.Observed(new Switch(SwitchKind.UserEnabled, person), !disabled, asked);
        }

        foreach (var application in new[] { Load.Plain, Load.Strict })
        {
            asked = recording.Now;
            recording.Observed(new Switch(SwitchKind.Policy, application), await product.Api.GetAsync($"policies/{application}-for-staff") is not null, asked);
        }
    }

    private async Task<IReadOnlyList<string>> ListAsync(string path)
    {
        var all = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await product.Api.GetAsync(cursor.Length == 0 ? path : $"{path}?cursor={Uri.EscapeDataString(cursor)}");
            all.AddRange(page!["items"]!.AsArray().Select(item => (string)item!["id"]!));
            cursor = (string?)page["next"];
        }

        return all;
    }

    private Task PauseAsync(uint least, uint most) => Task.Delay(TimeSpan.FromMilliseconds(least + _random.Next(most - least)), TimeProvider.System);
}
