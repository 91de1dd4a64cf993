using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Users;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>
/// What a publication would say of policies. Whoever may see may ask for it, so it waits for nobody who writes, keeps nobody from
/// writing, and reads no document whose secrets would have to be hashed.
/// </summary>
internal sealed class PublicationPreview(IDbContextFactory<DoorwardDb> databases, KindTable kinds, InstallationReader installation)
{
    private static readonly HashSet<string> Kinds =
        [PolicyKind.Name, ResourceKinds.Application, ResourceKinds.Group, ResourceKinds.Network, UserKind.Name];

    /// <summary>The kind of the first document that is neither a policy nor anything that policies name; null when there is none.</summary>
    public string? OtherKind(IEnumerable<DocumentInput> documents) =>
        documents.Select(document => kinds.Find(document.Kind ?? "")?.Kind).FirstOrDefault(static kind => kind is not null && !Kinds.Contains(kind));

    public async Task<Findings> LookAsync(IReadOnlyList<DocumentInput> documents, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var findings = new Findings();
        await PlanAsync(db, documents, prune: false, findings, ct);
        return findings;
    }

    /// <summary>
    /// Reads, of one moment, whatever a question about an apply needs. Documents of kinds that policies do not name change no answer: they are left out.
    /// </summary>
    public async Task<(Findings Findings, T? Answer)> SupposeAsync<T>(
        IReadOnlyList<DocumentInput> documents, bool prune, Func<DoorwardDb, IReadOnlyList<SupposedChange>, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var moment = await db.BeginSnapshotAsync(ct);
        var findings = new Findings();
        var plan = await PlanAsync(db, [.. documents.Where(document => OtherKind([document]) is null)], prune, findings, ct);
        return (findings, findings.Refused ? default : await read(db, plan.Supposed(), ct));
    }

    private async Task<EditPlan> PlanAsync(DoorwardDb db, IReadOnlyList<DocumentInput> documents, bool prune, Findings findings, CancellationToken ct)
    {
        var plan = new EditPlan(kinds, new Readings(await installation.ReadAsync(db, ct)), findings);
        foreach (var (kind, document) in plan.Sort(documents)) await plan.PutAsync(db, kind, document, ct);
        var named = plan.Keys.ToHashSet();
        if (prune)
        {
            foreach (var kind in kinds.All.Where(static kind => Kinds.Contains(kind.Kind))) await plan.PruneAsync(db, kind, named, ct);
        }

        if (!findings.Refused) plan.Preview(await World.ReadAsync(db, ct));
        return plan;
    }
}
