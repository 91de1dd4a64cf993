using Doorward.Control.Storage;
using Doorward.Core.Devices.Posture;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Compliance;

/// <summary>How all devices stand, in figures; read at most once a second however many look on.</summary>
internal sealed class ComplianceOverview(IDbContextFactory<DoorwardDb> databases, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _turn = new(1);
    private (ComplianceFigures Figures, long Read)? _last;

    public async Task<ComplianceFigures> ReadAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_last is { } last && time.GetElapsedTime(last.Read) < Fresh) return last.Figures;
            var figures = await ReadNowAsync(ct);
            _last = (figures, time.GetTimestamp());
            return figures;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // Not what devices reported, which is long, but what was concluded of it.
    private async Task<ComplianceFigures> ReadNowAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var devices = await db.Devices.AsNoTracking().Where(static d => d.Standing != DeviceStanding.Retired)
            .Select(static d => new { d.Platform, d.Health, d.Compliant, d.Stale, d.Standing, d.Findings }).ToListAsync(ct);
        var said = new Dictionary<(string Said, string Of), int>();
        foreach (var word in devices.SelectMany(static d => Findings.Read(d.Findings))) said[word] = said.GetValueOrDefault(word) + 1;
        return new ComplianceFigures(
            devices.Count, devices.Count(static d => d.Compliant), devices.Count(static d => d.Stale), devices.Count(static d => d.Standing == DeviceStanding.Held),
            HealthFigures.Of(devices.Select(static d => d.Health)),
            [.. said.Keys.Where(static word => word.Said is "holds" or "fails").Select(static word => word.Of).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(rule => new RuleFigures(rule, Count("holds", rule) + Count("fails", rule), Count("fails", rule)))],
            [.. FactNames.All.Select(fact => new FactFigures(fact.Name, fact.Title, Count("pass", fact.Name), Count("fail", fact.Name), devices.Count - Count("pass", fact.Name) - Count("fail", fact.Name)))],
            [.. devices.GroupBy(static d => d.Platform).OrderBy(static group => group.Key, StringComparer.Ordinal)
                .Select(static group => new PlatformFigures(group.Key, group.Count(), HealthFigures.Of(group.Select(static d => d.Health))))]);

        int Count(string what, string of) => said.GetValueOrDefault((what, of));
    }
}

/// <param name="Devices">Those that are not retired.</param>
/// <param name="Facts">Every fact, in the order of its list.</param>
public sealed record ComplianceFigures(
    int Devices, int Compliant, int Stale, int Held, HealthFigures Health, IReadOnlyList<RuleFigures> Rules, IReadOnlyList<FactFigures> Facts, IReadOnlyList<PlatformFigures> Platforms);

public sealed record HealthFigures(int Green, int Yellow, int Red)
{
    public int All => Green + Yellow + Red;

    internal static HealthFigures Of(IEnumerable<string> colours) => Of(colours.CountBy(static colour => colour).ToDictionary(StringComparer.Ordinal));

    internal static HealthFigures Of(Dictionary<string, int> counts) =>
        new(counts.GetValueOrDefault("green"), counts.GetValueOrDefault("yellow"), counts.GetValueOrDefault("red"));
}

/// <param name="Devices">How many it is for.</param>
public sealed record RuleFigures(string Rule, int Devices, int Failing);

public sealed record FactFigures(string Fact, string Title, int Pass, int Fail, int Unknown);

public sealed record PlatformFigures(string Platform, int Devices, HealthFigures Health);
