using System.Globalization;
using Doorward.Control.Devices;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>One device: how it is now, and how it came to be so.</summary>
internal static class DeviceStories
{
    public static async Task<IResult> GetAsync(
        string name, IDbContextFactory<DoorwardDb> databases, UserDirectory users, ReportLedger ledger, RuleBook rules, TimeProvider time, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await DeviceRegister.FindAsync(db, name, ct) is not { } device) return DeviceEndpoints.Missing(name);
        var names = await users.NamesAsync([device.OwnerId], ct);
        var view = DeviceView.Of(device, names.Values.SingleOrDefault(), ledger.LastReportOf(device.Id));
        var posture = StoredPosture.Of(device);
        var standings = (Verdict.Parse(device.Verdict)?.Rules ?? []).ToDictionary(static standing => standing.Rule, StringComparer.Ordinal);
        var said = Confirmations.Parse(device.Confirmations).All;
        return Answers.Ok(new DeviceDetail(
            view,
            [.. posture.Facts.Values.Select(fact => DeviceFactView.Of(fact, view.LastReport))],
            [.. (await rules.ReadAsync(db, ct)).Where(rule => standings.ContainsKey(rule.Name)).Select(rule => DeviceRuleView.Of(rule, standings[rule.Name], posture, time.GetUtcNow()))],
            [.. (await ProviderBook.ReadAsync(db, ct)).Select(one => DeviceConfirmationView.Of(one.Key, one.Value, said.GetValueOrDefault(one.Key)))]));
    }

    // Newest first. What is asked for behind a moment is older than it.
    public static async Task<IResult> HistoryAsync(
        string name, IDbContextFactory<DoorwardDb> databases, string? fact, int? limit, string? cursor, CancellationToken ct)
    {
        var page = new PageRequest(limit, cursor);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await DeviceRegister.FindAsync(db, name, ct) is not { } device) return DeviceEndpoints.Missing(name);
        var before = long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : long.MaxValue;
        var found = await db.DeviceFactChanges.AsNoTracking().Where(c => c.DeviceId == device.Id && c.Id < before && (fact == null || c.Name == fact))
            .OrderByDescending(static c => c.Id).Take(page.Size + 1).ToListAsync(ct);
        var cut = Page<DeviceFactChange>.Of(found, page, static change => change.Id.ToString(CultureInfo.InvariantCulture));
        return Answers.Ok(new Page<DeviceFactChangeView>([.. cut.Items.Select(static c => new DeviceFactChangeView(c.Name, c.Result, c.Evidence, c.At))], cut.Next));
    }
}
