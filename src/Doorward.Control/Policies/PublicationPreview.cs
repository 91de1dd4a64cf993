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
        var plan = new EditPlan(kinds, new Readings(await installation.ReadAsync(db, ct)), findings);
        foreach (var (kind, document) in plan.Sort(documents)) await plan.PutAsync(db, kind, document, ct);
        if (!findings.Refused) plan.Preview(await World.ReadAsync(db, ct));
        return findings;
    }
}
