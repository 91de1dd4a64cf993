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

    // In good standing and theirs, in the transaction that changes it.
    private static Task<Device?> FindAsync(DoorwardDb db, string device, string? owner, CancellationToken ct) => owner is null
        ? FindAsync(db, device, ct)
        : db.Devices.SingleOrDefaultAsync(d => d.Id == device && d.OwnerId == owner && d.Standing == DeviceStanding.Active, ct);

    /// <summary>Quarantine: the device stays, and opens nothing.</summary>
    public Task<DeviceAct> HoldAsync(string device, DeviceHoldCause cause, string? reason, CancellationToken ct) => ActAsync(device, "hold", held =>
    {
        // What two machines with one key did is not undone by an administrator's words.
        held.HoldCause = held.HoldCause == DeviceHoldCause.Forked ? DeviceHoldCause.Forked : cause;
        held.Standing = DeviceStanding.Held;
        held.StandingReason = reason ?? held.StandingReason;
    }, ct);

    /// <summary>
    /// Out of quarantine, for one that is there: what it reported meanwhile counts. Where two machines have one key nobody knows whose word
    /// that is: it is taken for one that nothing was heard of, and its reports are counted anew, so that the one that reports first goes on and
    /// the other is found again.
    /// </summary>
    public async Task<DeviceAct> ReleaseAsync(string device, CancellationToken ct)
    {
        var wasForked = false;
        var act = await writes.ChangeAsync(
            (db, token) => FindAsync(db, device, token),
            (_, released, _) =>
            {
                if (released.Standing != DeviceStanding.Held) return Task.FromResult(false);
                wasForked = released.HoldCause == DeviceHoldCause.Forked;
                released.Standing = DeviceStanding.Active;
                released.HoldCause = null;
                released.StandingReason = null;
                released.Stale |= wasForked;
                return Task.FromResult(true);
            }, "release", ct);
        if (wasForked && act.Device is { } found) await ledger.RestartAsync(found.Id, ct);
        return act;
    }

    /// <summary>For good: its certificates are refused from now on, and its name is free. With an owner, only a device of theirs that is not held.</summary>
    public async Task<DeviceAct> RetireAsync(string device, string? reason, CancellationToken ct, string? owner = null)
    {
        var act = await ActAsync(device, "retire", retired =>
        {
            retired.Standing = DeviceStanding.Retired;
            retired.StandingReason = reason;
            retired.HoldCause = null;
        }, ct, owner);
        if (act.Device is { } found) ledger.Forget(found.Id);
        return act;
    }

    /// <summary>With an owner, only a device of theirs that is not held.</summary>
    public Task<DeviceAct> RenameAsync(string device, string name, CancellationToken ct, string? owner = null) => writes.ChangeAsync(
        (db, token) => FindAsync(db, device, owner, token),
        async (db, renamed, token) =>
        {
            if (DeviceNames.Normalize(name) != renamed.NormalizedName && await DeviceNames.IsTakenAsync(db, name, token)) return false;
            renamed.Name = name;
            renamed.NormalizedName = DeviceNames.Normalize(name);
            return true;
        }, "rename", ct);

    private Task<DeviceAct> ActAsync(string device, string cause, Action<Device> act, CancellationToken ct, string? owner = null) => writes.ChangeAsync(
        (db, token) => FindAsync(db, device, owner, token),
        (_, found, _) =>
        {
            act(found);
            return Task.FromResult(true);
        }, cause, ct);
}
