using Doorward.Control.Devices.Compliance;
using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Overview;

/// <summary>Reads the figures of the overview, at most once a second however many look on.</summary>
internal sealed class OverviewReader(
    IDbContextFactory<DoorwardDb> databases, LiveGrants grants, RecentRecords recent, NoticeReader notices, TimeProvider time) : IDisposable
{
    private const int MostJudged = 20_000;
    private const int MostRefusals = 5_000;
    private const string UpstreamCodes = "upstream-";
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DenialWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan DoorWindow = TimeSpan.FromMinutes(15);
    private readonly SemaphoreSlim _turn = new(1);
    private (OverviewView View, long Read)? _last;

    public async Task<OverviewView> ReadAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_last is { } last && time.GetElapsedTime(last.Read) < Fresh) return last.View;
            var view = await ReadNowAsync(ct);
            _last = (view, time.GetTimestamp());
            return view;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<OverviewView> ReadNowAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var live = db.Sessions.Where(s => s.Ended == null && s.Expires > now);
        var inUse = grants.List();
        var rates = recent.Rates();
        var (judged, denials) = await DenialsAsync(db, now - DenialWindow, ct);
        return new OverviewView
        {
            Time = now,
            Since = recent.Since,
            Sessions = await live.CountAsync(ct),
            People = await live.Select(static s => s.UserId).Distinct().CountAsync(ct),
            Devices = HealthFigures.Of(await db.Devices.Where(static d => d.Standing != DeviceStanding.Retired).GroupBy(static d => d.Health)
                .Select(static group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(static one => one.Key, static one => one.Count, ct)),
            Grants = inUse.Count,
            Connections = inUse.Sum(static grant => grant.Grant.Connections.Count),
            DecisionsASecond = Math.Round(rates.SkipLast(1).TakeLast(2).Sum(static rate => rate.Allowed + rate.Denied) / (2 * RecentRecords.Step.TotalSeconds), 1),
            Rates = rates,
            Judged = judged,
            Denials = denials,
            Cuts = recent.Cuts(),
            Doors = await DoorsAsync(db, now - DoorWindow, ct),
            Waiting = await notices.ReadAsync(db, ct),
        };
    }

    // Bounded by number, so that a busy hour costs no more than a quiet one.
    private static async Task<(int Judged, IReadOnlyList<DenialCount> Denials)> DenialsAsync(DoorwardDb db, DateTimeOffset from, CancellationToken ct)
    {
        var newest = db.Decisions.Where(d => d.At >= from).OrderByDescending(static d => d.At).Take(MostJudged).Select(static d => new { d.Allowed, d.Cause });
        var counts = await newest.GroupBy(static d => new { d.Allowed, d.Cause })
            .Select(static group => new { group.Key.Allowed, group.Key.Cause, Count = group.Count() }).ToListAsync(ct);
        return (
            counts.Sum(static one => one.Count),
            [.. counts.Where(static one => !one.Allowed).OrderByDescending(static one => one.Count).Select(static one => new DenialCount(one.Cause, one.Count))]);
    }

    private static async Task<IReadOnlyList<DoorTrouble>> DoorsAsync(DoorwardDb db, DateTimeOffset from, CancellationToken ct)
    {
        var failures = await db.Refusals.Where(r => r.At >= from && r.Application != null && r.Code.StartsWith(UpstreamCodes))
            .OrderByDescending(static r => r.At).Take(MostRefusals).Select(static r => new { r.Application, r.Code, r.At }).ToListAsync(ct);
        return
        [
            .. failures.GroupBy(static failure => (failure.Application, failure.Code))
                .Select(static group => new DoorTrouble(group.Key.Application!, group.Key.Code, group.Count(), group.Max(static failure => failure.At)))
                .OrderByDescending(static door => door.Count).ThenBy(static door => door.Application, StringComparer.Ordinal),
        ];
    }
}
