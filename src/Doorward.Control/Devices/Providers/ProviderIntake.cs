using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Posture;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Providers;

/// <summary>
/// Gives what a provider says to the devices that it is about. Only what says something else than before is written, and what would soon be
/// too old; the change is in the log before the provider is answered.
/// </summary>
internal sealed class ProviderIntake(IDbContextFactory<DoorwardDb> databases, DeviceWrites writes, TimeProvider time)
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <param name="name">The provider's.</param>
    /// <param name="provider">How it is read.</param>
    /// <param name="records">What it says.</param>
    /// <param name="isWhole">Whether it says all that it knows: a device that it does not speak of is missing then.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<ProviderFigures> TakeAsync(string name, PostureProviderSpec provider, IReadOnlyList<ProviderRecord> records, bool isWhole, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var devices = await KnownAsync(ct);
        var pairs = provider.Matching().Pair(records, [.. devices.Select(static one => one.Device)]);
        var before = devices.ToDictionary(static one => one.Device.Id, one => Confirmations.Parse(one.Confirmations).All.GetValueOrDefault(name), StringComparer.Ordinal);
        var news = new Dictionary<string, Confirmation>(StringComparer.Ordinal);
        foreach (var pair in pairs.Where(pair => isWhole || pair.IsNamed))
        {
            var said = Of(name, provider, pair, now);
            var known = before[pair.Device];
            if (IsNews(said, known, provider, now)) news[pair.Device] = known?.Health == said.Health ? said with { Since = known.Since } : said;
        }

        await writes.ChangeManyAsync([.. news.Keys], (db, device) => Confirm(db, device, news[device.Id], now), "provider", ct);
        return new ProviderFigures(records.Count, pairs.Count(static pair => pair.Record is not null), pairs.Count(static pair => pair is { IsNamed: true, Record: null }));
    }

    private static Confirmation Of(string name, PostureProviderSpec provider, Matched pair, DateTimeOffset now)
    {
        if (pair.Record is not { } record) return Missing(pair.Why ?? "");
        var seen = record.Seen ?? now;
        if (record.Health == ProviderHealth.Missing) return Missing($"the provider does not say how it does ({record.Evidence})");
        if (seen > now + ClockTolerance) return Missing("the provider heard of it at a time that is not yet");
        if (now - seen >= provider.MaxAge) return Missing("the provider has not heard of it for too long") with { Seen = seen };
        return new Confirmation(name, provider.Fact, record.Health, provider.IsEnough(record.Health), record.Evidence, now, seen, seen + provider.MaxAge);

        Confirmation Missing(string why) => new(name, provider.Fact, ProviderHealth.Missing, false, why, now, null, null);
    }

    // What is older than what is known changes nothing, so that an answer that was held up undoes none that came after it.
    private static bool IsNews(Confirmation said, Confirmation? before, PostureProviderSpec provider, DateTimeOffset now)
    {
        if (said.Seen < before?.Seen) return false;
        return !said.IsLike(before) || (before?.Until is { } until && until - now < provider.MaxAge / 2);
    }

    private static void Confirm(DoorwardDb db, Device device, Confirmation said, DateTimeOffset now)
    {
        var before = StoredPosture.Of(device).Facts.GetValueOrDefault(said.Fact);
        device.Confirmations = Confirmations.Parse(device.Confirmations).With(said).ToJson();
        var after = StoredPosture.Of(device).Facts.GetValueOrDefault(said.Fact);
        if (after?.State == before?.State && after?.Provenance == before?.Provenance) return;
        db.DeviceFactChanges.Add(new DeviceFactChange
        {
            DeviceId = device.Id,
            Name = said.Fact,
            Result = (after?.State ?? FactState.Unknown).Name(),
            Evidence = $"{said.Provider}: {said.Evidence}",
            At = now,
        });
    }

    private async Task<List<(KnownDevice Device, string Confirmations)>> KnownAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var known = await db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired)
            .Select(static d => new { d.Id, d.HostName, d.Labels, d.Confirmations }).ToListAsync(ct);
        return known.ConvertAll(static d => (new KnownDevice(d.Id, d.HostName, d.Labels), d.Confirmations));
    }
}

/// <param name="Records">How many came.</param>
/// <param name="Matched">How many devices have one.</param>
/// <param name="Ambiguous">How many devices are named by several, or together.</param>
public sealed record ProviderFigures(int Records, int Matched, int Ambiguous);
