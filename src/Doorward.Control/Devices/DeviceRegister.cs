using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices;

/// <summary>What administrators do with devices. Each answer is given once the change is in the log.</summary>
internal sealed class DeviceRegister(DeviceWrites writes, ReportLedger ledger)
{
    /// <summary>By id, or by the name of one that is not retired.</summary>
    public static async Task<Device?> FindAsync(DoorwardDb db, string device, CancellationToken ct)
    {
        var normal = DeviceNames.Normalize(device);
        return await db.Devices.SingleOrDefaultAsync(d => d.Id == device, ct)
            ?? await db.Devices.SingleOrDefaultAsync(d => d.NormalizedName == normal && d.Standing != DeviceStanding.Retired, ct);
    }

    /// <summary>Quarantine: the device stays, and opens nothing.</summary>
    public Task<DeviceAct> HoldAsync(string device, DeviceHoldCause cause, string? reason, CancellationToken ct) => ActAsync(device, "hold", held =>
    {
        // What two machines with one key did is not undone by an administrator's words.
        held.HoldCause = held.HoldCause == DeviceHoldCause.Forked ? DeviceHoldCause.Forked : cause;
        held.Standing = DeviceStanding.Held;
        held.StandingReason = reason ?? held.StandingReason;
    }, ct);

    /// <summary>Out of quarantine. Its reports are counted anew: of two machines with one key, the one that reports first goes on, and the other is found again.</summary>
    public async Task<DeviceAct> ReleaseAsync(string device, CancellationToken ct)
    {
        var act = await ActAsync(device, "release", released =>
        {
            released.Standing = DeviceStanding.Active;
            released.HoldCause = null;
            released.StandingReason = null;
            released.Stale = true;
        }, ct);
        if (act.Device is { } found) await ledger.RestartAsync(found.Id, ct);
        return act;
    }

    /// <summary>For good: its certificates are refused from now on, and its name is free.</summary>
    public async Task<DeviceAct> RetireAsync(string device, string? reason, CancellationToken ct)
    {
        var act = await ActAsync(device, "retire", retired =>
        {
            retired.Standing = DeviceStanding.Retired;
            retired.StandingReason = reason;
            retired.HoldCause = null;
        }, ct);
        if (act.Device is { } found) ledger.Forget(found.Id);
        return act;
    }

    public Task<DeviceAct> RenameAsync(string device, string name, CancellationToken ct) => writes.ChangeAsync(
        (db, token) => FindAsync(db, device, token),
        async (db, renamed, token) =>
        {
            if (DeviceNames.Normalize(name) != renamed.NormalizedName && await DeviceNames.IsTakenAsync(db, name, token)) return false;
            renamed.Name = name;
            renamed.NormalizedName = DeviceNames.Normalize(name);
            return true;
        }, "rename", ct);

    private Task<DeviceAct> ActAsync(string device, string cause, Action<Device> act, CancellationToken ct) => writes.ChangeAsync(
        (db, token) => FindAsync(db, device, token),
        (_, found, _) =>
        {
            act(found);
            return Task.FromResult(true);
        }, cause, ct);
}
