using Doorward.Control.Audit;
using Doorward.Control.Changes;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices;

/// <summary>
/// The one way in which devices change. Whatever the change was, compliance is concluded anew in the same transaction, so that gateways
/// never hear of one without the other; and when it turned, the audit log is told as of a signal.
/// </summary>
internal sealed class DeviceWrites(IDbContextFactory<DoorwardDb> databases, RuleBook rules, AuditLog audit, TimeProvider time)
{
    private const int AtOnce = 200;

    /// <summary>Makes a change to the device that is found; null when none is. The cause is a word of the signal.</summary>
    public async Task<DeviceAct> ChangeAsync(
        Func<DoorwardDb, CancellationToken, Task<Device?>> find, Func<DoorwardDb, Device, CancellationToken, Task<bool>> change, string cause, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        AuditRecord? signal = null;
        var act = await db.WriteAsync(async token =>
        {
            if (await find(db, token) is not { Standing: not DeviceStanding.Retired } device) return DeviceAct.Missing;
            var before = device.Compliant;
            if (!await change(db, device, token)) return DeviceAct.Refused;
            Conclude(device, await rules.ReadToJudgeAsync(db, token));
            if (device.Compliant != before) signal = SignalOf(device, cause);
            await db.SaveChangesAsync(token);
            return new DeviceAct(device, db.LastRevision ?? (await ChangeLog.HeadAsync(db, token)).Revision);
        }, ct);
        if (signal is not null) await TellAsync(signal);
        return act;
    }

    /// <summary>
    /// Makes a change to many devices that are not retired, some hundred in one transaction, so that whoever reports meanwhile waits for one
    /// of them and not for all.
    /// </summary>
    public async Task ChangeManyAsync(IReadOnlyCollection<string> devices, Action<DoorwardDb, Device> change, string cause, CancellationToken ct)
    {
        foreach (var ids in devices.Chunk(AtOnce))
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var signals = new List<AuditRecord>();
            await db.WriteAsync(async token =>
            {
                var inForce = await rules.ReadToJudgeAsync(db, token);
                foreach (var device in await db.Devices.Where(d => ids.Contains(d.Id) && d.Standing != DeviceStanding.Retired).ToListAsync(token))
                {
                    var before = device.Compliant;
                    change(db, device);
                    Conclude(device, inForce);
                    if (device.Compliant != before) signals.Add(SignalOf(device, cause));
                }

                await db.SaveChangesAsync(token);
            }, ct);
            await Task.WhenAll(signals.Select(TellAsync));
        }
    }

    /// <summary>What counts at this moment: the device is in good standing, was heard of, and no rule that blocks fails.</summary>
    private void Conclude(Device device, Judging judging)
    {
        var now = time.GetUtcNow();
        var confirmations = Confirmations.Parse(device.Confirmations).At(now, judging.Providers);
        device.Confirmations = confirmations.ToJson();
        var posture = StoredPosture.Of(device);
        var verdict = ComplianceJudge.Judge(judging.Rules, RuleSubject.Of(device, posture), Verdict.Parse(device.Verdict), now);
        device.Verdict = verdict.ToJson();
        device.Due = verdict.Due < confirmations.Due ? verdict.Due : confirmations.Due ?? verdict.Due;
        device.Compliant = device.Standing == DeviceStanding.Active && !device.Stale && !verdict.Blocked;
        (device.Health, device.Findings) = (Healths.Of(device).Colour, Findings.Of(verdict, posture, device.Stale));
    }

    /// <summary>A record of what has happened already: it is owed when it cannot be written now.</summary>
    public async Task TellAsync(AuditRecord record)
    {
        try
        {
            await audit.AppendAsync(record, CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            audit.Owe(record);
        }
    }

    private static AuditRecord SignalOf(Device device, string cause) => new()
    {
        Kind = AuditKind.Signal,
        Actor = "system",
        Action = "device-compliance-change",
        Target = device.Id,
        Outcome = device.Compliant ? "compliant" : "not-compliant",
        Details = new Dictionary<string, AuditValue>
        {
            ["cause"] = cause,
            ["standing"] = DeviceFace.Name(device.Standing),
            ["stale"] = device.Stale,
            ["reasons"] = AuditValue.List((Verdict.Parse(device.Verdict)?.Reasons ?? []).Select(static reason => Shown.Text(reason.What))),
        },
    };
}

/// <summary>How an act on a device ended: on which, and the revision that it is in; without a device it was not done.</summary>
internal sealed record DeviceAct(Device? Device, long Revision, bool IsRefused = false)
{
    public static readonly DeviceAct Missing = new(null, 0);
    public static readonly DeviceAct Refused = new(null, 0, IsRefused: true);
}
