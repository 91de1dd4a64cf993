using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>The policy set as it is, and as it was at any revision.</summary>
internal sealed class PolicyHistory(IDbContextFactory<DoorwardDb> databases)
{
    public async Task<PolicyBundle> TodayAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return Compile(await db.Publications.MaxAsync(static p => (long?)p.Revision, ct) ?? 0,
            await db.Policies.AsNoTracking().Where(static p => p.RetiredById == null).ToListAsync(ct));
    }

    public async Task<PolicyBundle> AtAsync(long revision, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return Compile(revision, await db.Policies.AsNoTracking()
            .Where(p => p.AddedBy!.Revision <= revision && (p.RetiredBy == null || p.RetiredBy.Revision > revision))
            .ToListAsync(ct));
    }

    private static PolicyBundle Compile(long revision, List<PolicyVersion> versions) => PolicyBundle.Create(revision, versions
        .OrderBy(static p => p.Name, StringComparer.Ordinal)
        .Select(static p => new PolicyDefinition(p.Name, p.Cedar, p.ReportOnly, p.System)));
}
