using Doorward.Control.Audit;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Enrolment;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices;

/// <summary>
/// What people do with machines of their own. Whoever has one in quarantine may neither put it out nor bring another: enrolling the same
/// machine anew would be the way around.
/// </summary>
internal sealed class OwnDevices(IDbContextFactory<DoorwardDb> databases, DeviceRegister register, EnrolmentLinks links, ReportLedger ledger, AuditLog audit, TimeProvider time)
{
    /// <summary>As many as one person may bring by themselves, links that are still good among them. Administrators may give more.</summary>
    public const int Most = 10;

    private static readonly OwnDeviceProblem NotTheirs = new("You have no such device, or it is held.", "Look at the list: ask an administrator about a device that is held.");

    public async Task<OwnDeviceList> ListAsync(string person, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var devices = await Living(db, person).AsNoTracking().OrderBy(static d => d.NormalizedName).ToListAsync(ct);
        return new OwnDeviceList(
            [.. devices.Select(device => OwnDevice.Of(device, ledger.LastReportOf(device.Id) ?? device.Reported))],
            await db.Settings.AnyAsync(static s => s.OwnDevices, ct));
    }

    public async Task<OwnDeviceProblem?> RenameAsync(OwnAct act, string id, string name, CancellationToken ct)
    {
        if (!ResourceName.IsValid(name)) return new OwnDeviceProblem("That is no name for a device.", $"For a name {ResourceName.Fix}.");
        return await RecordedAsync(act, "device.rename", id, async () => await register.RenameAsync(id, name, ct, act.PersonId) switch
        {
            { Device: not null } => null,
            { IsRefused: true } => new OwnDeviceProblem("Another device has this name.", "Choose another."),
            _ => NotTheirs,
        }, ct);
    }

    public Task<OwnDeviceProblem?> RetireAsync(OwnAct act, string id, CancellationToken ct) => RecordedAsync(
        act, "device.retire", id, async () => (await register.RetireAsync(id, null, ct, act.PersonId)).Device is null ? NotTheirs : null, ct);

    /// <summary>A link that enrols one machine as this person's.</summary>
    public async Task<(EnrolmentLink? Link, DateTimeOffset Expires, OwnDeviceProblem? Problem)> InviteAsync(OwnAct act, string? name, CancellationToken ct)
    {
        if (name is not null && !ResourceName.IsValid(name)) return (null, default, new OwnDeviceProblem("That is no name for a device.", $"For a name {ResourceName.Fix}."));
        (EnrolmentLink Link, DateTimeOffset Expires)? made = null;
        var problem = await RecordedAsync(act, "device.invite", act.Name, async () =>
        {
            OwnDeviceProblem? why = null;
            made = await links.CreateAsync(new InvitedDevice(act.PersonId, name, new Dictionary<string, string>()), act.Name, async (db, token) => (why = await RefuseAsync(db, act.PersonId, token)) is null, ct);
            return why;
        }, ct);
        return (made?.Link, made?.Expires ?? default, problem);
    }

    private async Task<OwnDeviceProblem?> RefuseAsync(DoorwardDb db, string person, CancellationToken ct)
    {
        if (!await db.Settings.AnyAsync(static s => s.OwnDevices, ct)) return new OwnDeviceProblem("People do not enrol machines themselves here.", "Ask an administrator for a link.");
        if (await Living(db, person).AnyAsync(static d => d.Standing == DeviceStanding.Held, ct))
            return new OwnDeviceProblem("A device of yours is held.", "Ask an administrator about it first.");
        var now = time.GetUtcNow();
        var many = await Living(db, person).CountAsync(ct) + await db.DeviceInvitations.CountAsync(i => i.OwnerId == person && i.Expires > now, ct);
        return many < Most ? null : new OwnDeviceProblem($"You have {many} devices and links already.", "Retire one that you do not use, or ask an administrator.");
    }

    private static IQueryable<Device> Living(DoorwardDb db, string person) => db.Devices.Where(d => d.OwnerId == person && d.Standing != DeviceStanding.Retired);

    private async Task<OwnDeviceProblem?> RecordedAsync(OwnAct act, string action, string target, Func<Task<OwnDeviceProblem?>> run, CancellationToken ct)
    {
        await audit.AppendAsync(Record("attempted"), ct);
        var problem = await run();
        try
        {
            await audit.AppendAsync(Record(problem is null ? "done" : "refused"), CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            // It is done already: its record is owed.
            audit.Owe(Record(problem is null ? "done" : "refused"));
        }

        return problem;

        AuditRecord Record(string outcome) => new()
        {
            Kind = AuditKind.Administration,
            Actor = AuditValue.Personal(act.Name),
            Action = action,
            Target = action == "device.invite" ? AuditValue.Personal(target) : Shown.Text(target),
            Outcome = outcome,
            Details = new Dictionary<string, AuditValue> { ["session"] = act.Session, ["address"] = AuditValue.Personal(act.Address) },
        };
    }
}

/// <summary>Who acts on their own devices, from where.</summary>
internal sealed record OwnAct(string PersonId, string Name, string Session, string? Address);

/// <summary>A machine as its person sees it. What fails comes first among its facts.</summary>
public sealed record OwnDevice(string Id, string Name, string Platform, bool IsHeld, DeviceHealth Health, DateTimeOffset? LastReport, IReadOnlyList<OwnFact> Facts)
{
    internal static OwnDevice Of(Device device, DateTimeOffset? lastReport) => new(
        device.Id, device.Name, device.Platform, device.Standing == DeviceStanding.Held, Healths.Of(device), lastReport,
        [.. StoredPosture.Of(device).Facts.Values.OrderBy(static fact => fact.State switch { FactState.Fail => 0, FactState.Unknown => 1, _ => 2 })
            .Select(fact => new OwnFact(FactNames.Find(fact.Name)?.Title ?? fact.Name, device.Stale ? FactState.Unknown : fact.State))]);
}

public sealed record OwnFact(string Title, FactState State);

/// <param name="MayInvite">Whether people enrol machines themselves here.</param>
public sealed record OwnDeviceList(IReadOnlyList<OwnDevice> Devices, bool MayInvite);

public sealed record OwnDeviceProblem(string Message, string Fix);
