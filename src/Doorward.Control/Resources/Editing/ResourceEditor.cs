using System.Text.Json;
using Doorward.Control.Policies;
using Doorward.Control.Policies.Tests;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources.Editing;

/// <summary>
/// Changes resources: all of an edit or nothing, in one transaction that nobody else writes in. It is written first and
/// checked as it would then stand, so that the check sees what gateways would see and no race slips between the two.
/// </summary>
internal sealed class ResourceEditor(
    IDbContextFactory<DoorwardDb> databases, KindTable kinds, InstallationReader installation, AdministratorAccess administrators, PolicyTesting testing, TimeProvider time)
{
    public const int MaxDocuments = 10_000;

    public Task<EditResult> ApplyAsync(IReadOnlyList<DocumentInput> documents, ApplyOptions options, string actor, CancellationToken ct) =>
        RunAsync(actor, managed: true, options, documents, async (db, plan, token) =>
        {
            if (await PlanAsync(db, plan, documents, token) is { } stale) return stale;
            if (options.Prune) await PruneAsync(db, plan, token);
            return null;
        }, ct);

    /// <summary>Creates or replaces one resource. With <paramref name="version"/> only if that is its current version; 0 only if there is none.</summary>
    public Task<EditResult> PutAsync(IResourceKind kind, string name, JsonElement spec, long? version, string actor, CancellationToken ct, string? reason = null)
    {
        DocumentInput[] documents = [new(kind.Kind, name, spec, Version: version)];
        return RunAsync(actor, managed: false, new ApplyOptions(Reason: reason), documents, (db, plan, token) => PlanAsync(db, plan, documents, token), ct);
    }

    /// <summary>Deletes one resource. Forced also when policies would lose their meaning by it.</summary>
    public Task<EditResult> DeleteAsync(IResourceKind kind, string name, long? version, bool force, string actor, CancellationToken ct, string? reason = null) =>
        RunAsync(actor, managed: false, new ApplyOptions(Reason: reason), [], async (db, plan, token) =>
        {
            var stored = await kind.FindAsync(db, name, token);
            if (stored is null) return new EditResult.Missing(new(kind.Kind, name));
            if (version is { } expected && expected != stored.Version) return new EditResult.Stale(stored.Key, stored.Version);
            plan.Delete(kind, stored, force ? Removal.Forced : Removal.Asked);
            return null;
        }, ct);

    // The first that is not at the version it was meant for ends the edit.
    private static async Task<EditResult?> PlanAsync(DoorwardDb db, EditPlan plan, IReadOnlyList<DocumentInput> documents, CancellationToken ct)
    {
        foreach (var (kind, document) in plan.Sort(documents))
        {
            if (document.Version is { } expected)
            {
                var stored = await kind.FindAsync(db, document.Name!, ct);
                if (expected != (stored?.Version ?? 0)) return new EditResult.Stale(new(kind.Kind, document.Name!), stored?.Version);
            }

            await plan.PutAsync(db, kind, document, ct);
        }

        return null;
    }

    private async Task PruneAsync(DoorwardDb db, EditPlan plan, CancellationToken ct)
    {
        var named = plan.Keys.ToHashSet();
        foreach (var kind in kinds.All) await plan.PruneAsync(db, kind, named, ct);
    }

    private async Task<EditResult> RunAsync(
        string actor, bool managed, ApplyOptions options, IReadOnlyList<DocumentInput> documents, Func<DoorwardDb, EditPlan, CancellationToken, Task<EditResult?>> planning, CancellationToken ct)
    {
        var readings = await ReadAheadAsync(documents, ct);
        await using var db = await databases.CreateDbContextAsync(ct);
        db.Actor = actor;
        var findings = new Findings();
        try
        {
            return await db.WriteAsync(async token =>
            {
                var plan = new EditPlan(kinds, readings, findings);
                if (await planning(db, plan, token) is { } early) throw new AbandonedException(early);
                if (findings.Refused) throw new AbandonedException(new EditResult.Refused(findings.Errors));
                var hadWayIn = await administrators.HaveWayInAsync(db, token);
                var edit = new Edit(db, actor, time.GetUtcNow(), managed, options.Reason);
                await plan.WriteAsync(edit, token);
                await plan.CheckAsync(db, token);
                if (hadWayIn && !await administrators.HaveWayInAsync(db, token)) findings.Add(AdministratorAccess.Refusal);
                var tests = findings.Refused ? PolicyTestReport.Empty : await TestAsync(edit, options, findings, token);
                if (findings.Refused) throw new AbandonedException(new EditResult.Refused(findings.Errors));
                var revision = options.DryRun || db.LastRevision is null ? await db.Counters.Select(static c => c.Revision).SingleAsync(token) : db.LastRevision.Value;
                var done = new EditResult.Done(plan.Changes(), findings.Warnings, revision) { Tests = tests };
                return options.DryRun ? throw new AbandonedException(done) : (EditResult)done;
            }, ct);
        }
        catch (AbandonedException abandoned)
        {
            return abandoned.Result;
        }
    }

    // A failing test stops a publication. What changes no policy (somebody leaves, a group shrinks) must not wait for a test; it is told.
    private async Task<PolicyTestReport> TestAsync(Edit edit, ApplyOptions options, Findings findings, CancellationToken ct)
    {
        var report = await testing.RunAsync(edit.Db, ct);
        var failures = report.Failed.Select(static result => (result.Key, Error: result.ToError())).ToList();
        if (!edit.Publishes) failures.ForEach(failure => findings.Warn(failure.Key, failure.Error));
        else
        {
            failures.ForEach(failure => findings.Add(failure.Key, failure.Error));
            if (report.Refusal is { } refusal) findings.Add(refusal);
        }

        return report;
    }

    // While others write: ten thousand secrets that are hashed under the lock would keep everybody waiting for minutes.
    private async Task<Readings> ReadAheadAsync(IReadOnlyList<DocumentInput> documents, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var readings = new Readings(await installation.ReadAsync(db, ct));
        foreach (var document in documents)
        {
            if (kinds.Find(document.Kind ?? "") is { } kind && ResourceName.IsValid(document.Name))
                readings.Read(kind, document, await kind.FindAsync(db, document.Name, ct));
        }

        return readings;
    }

    // Leaving a transaction without committing it takes an exception; this one never leaves the class.
    private sealed class AbandonedException(EditResult result) : Exception
    {
        public EditResult Result => result;
    }
}
