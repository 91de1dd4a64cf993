using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Policies;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;

namespace Doorward.Control.Resources.Editing;

/// <summary>What one transaction is about to do, worked out document by document against what is stored.</summary>
internal sealed class EditPlan(KindTable kinds, Readings readings, Findings findings)
{
    private readonly List<Step> _steps = [];

    public IEnumerable<ResourceKey> Keys => _steps.Select(static step => step.Key);

    /// <summary>The documents in an order in which what is referred to comes first; those without a sound kind and name are reported.</summary>
    public IReadOnlyList<(IResourceKind Kind, DocumentInput Document)> Sort(IReadOnlyList<DocumentInput> documents)
    {
        var sound = new List<(IResourceKind Kind, DocumentInput Document)>();
        var seen = new HashSet<ResourceKey>();
        foreach (var document in documents)
        {
            var kind = document.Kind is null ? null : kinds.Find(document.Kind);
            var sane = ResourceName.IsValid(document.Name);
            var key = new ResourceKey(kind?.Kind ?? Shown.Text(document.Kind ?? ""), sane ? document.Name! : Shown.Text(document.Name ?? ""));
            findings.Locate(key, document.Source);
            if (kind is null) findings.Add(key, "kind", $"'{Shown.Text(document.Kind ?? "")}' is not a kind of resource", KindFix(document.Kind));
            else if (!sane) findings.Add(key, "name", string.IsNullOrWhiteSpace(document.Name) ? "is missing" : $"'{Shown.Text(document.Name)}' is not a name", ResourceName.Fix);
            else if (!seen.Add(kind.IgnoresCase ? key with { Name = key.Name.ToUpperInvariant() } : key)) findings.AddTwice(key, document.Source);
            else sound.Add((kind, document));
        }

        return [.. sound.OrderBy(pair => kinds.All.IndexOf(pair.Kind))];
    }

    /// <summary>Plans one put: reads the document and finds whether it creates, changes or changes nothing.</summary>
    public async Task PutAsync(DoorwardDb db, IResourceKind kind, DocumentInput document, CancellationToken ct)
    {
        var key = new ResourceKey(kind.Kind, document.Name!);
        var stored = await kind.FindAsync(db, key.Name, ct);
        if (stored is { System: true })
        {
            // As it is, it may stand in a document, so that what was read can be applied as it was read.
            if (IsAsStored(kind, stored, document)) _steps.Add(new Step(kind, key, ChangeWord.Unchanged, stored.Spec, stored));
            else findings.Add(key, "name", "the name belongs to Doorward itself", "choose another name");
            return;
        }

        if (stored is null && await kind.RefuseNameAsync(db, key.Name, ct) is { } refusal) findings.Add(key, refusal);
        var reading = readings.Read(kind, document, stored);
        var spec = reading.Spec;
        findings.Add(key, reading.Errors);
        var change = stored is null ? ChangeWord.Created : kind.Same(stored.Spec, spec) ? ChangeWord.Unchanged : ChangeWord.Updated;
        _steps.Add(new Step(kind, key, change, spec, stored));
    }

    public void Delete(IResourceKind kind, Resource stored, Removal how)
    {
        if (stored.System || BuiltIns.IsGroup(stored.Key))
            findings.Add(stored.Key, "name", "it belongs to Doorward itself and stays", "leave it");
        else
            _steps.Add(new Step(kind, stored.Key, ChangeWord.Deleted, null, stored) { Removal = how });
    }

    /// <summary>Writes the plan into the transaction: removals last, because what they remove may still be referred to before.</summary>
    public async Task WriteAsync(Edit edit, CancellationToken ct)
    {
        foreach (var step in _steps.Where(static s => s.Change is ChangeWord.Created or ChangeWord.Updated))
            await step.Kind.PutAsync(edit, step.Key.Name, step.Spec!, step.Stored, ct);
        await edit.Db.SaveChangesAsync(ct);
        foreach (var step in _steps.Where(static s => s.Change is ChangeWord.Deleted).Reverse())
            await step.Kind.DeleteAsync(edit, step.Stored!, ct);
        await edit.Db.SaveChangesAsync(ct);
    }

    /// <summary>Checks everything that changed, and everything that may refer to what went away.</summary>
    public async Task CheckAsync(DoorwardDb db, CancellationToken ct)
    {
        var world = await World.ReadAsync(db, ct);
        var changed = _steps.Where(static s => s.Change is ChangeWord.Created or ChangeWord.Updated).ToList();
        foreach (var step in changed)
            step.Kind.Check(world, new Resource(step.Key.Kind, step.Key.Name, 0, step.Spec!, System: false, Managed: false), findings);
        PublicationRule.Check(world, [.. changed.Where(static s => s.Spec is PolicySpec).Select(static s => (s.Key.Name, s.Stored?.Spec as PolicySpec))], findings);
        var deleted = _steps.Where(static s => s.Change is ChangeWord.Deleted).ToList();
        if (deleted.Count == 0) return;
        foreach (var step in deleted) await Removals.CheckAsync(db, world, step.Key, step.Removal, findings, ct);
        foreach (var kind in kinds.All.Where(static k => k.RefersToOthers))
        {
            foreach (var resource in await kind.ListAsync(db, "", int.MaxValue, ct))
            {
                if (!changed.Exists(step => step.Key == resource.Key)) kind.Check(world, resource, findings);
            }
        }
    }

    /// <summary>Checks the policies that would change as they would then stand. Nothing is written.</summary>
    public void Preview(World world)
    {
        var changed = _steps.Where(static s => s.Change is ChangeWord.Created or ChangeWord.Updated).ToList();
        var then = world.With([.. changed.Select(static s => (s.Key, s.Spec!))]);
        var policies = changed.Where(static s => s.Spec is PolicySpec).ToList();
        foreach (var step in policies)
            step.Kind.Check(then, new Resource(step.Key.Kind, step.Key.Name, 0, step.Spec!, System: false, Managed: false), findings);
        PublicationRule.Check(then, [.. policies.Select(static s => (s.Key.Name, s.Stored?.Spec as PolicySpec))], findings);
    }

    /// <summary>What it would change, for questions that write nothing.</summary>
    public IReadOnlyList<SupposedChange> Supposed() =>
        [.. _steps.Where(static s => s.Change is not ChangeWord.Unchanged).Select(static s => new SupposedChange(s.Key, s.Change is ChangeWord.Deleted ? null : s.Spec))];

    /// <summary>Deletes what an earlier apply made of a kind and this plan does not name.</summary>
    public async Task PruneAsync(DoorwardDb db, IResourceKind kind, HashSet<ResourceKey> named, CancellationToken ct)
    {
        foreach (var resource in await kind.ListAsync(db, "", int.MaxValue, ct))
        {
            if (resource is { Managed: true, System: false } && !BuiltIns.IsGroup(resource.Key) && !named.Contains(resource.Key)) Delete(kind, resource, Removal.Pruned);
        }
    }

    public IReadOnlyList<ResourceChange> Changes() => [.. _steps.Select(static s => new ResourceChange(s.Key.Kind, s.Key.Name, s.Change))];

    private static bool IsAsStored(IResourceKind kind, Resource stored, DocumentInput document) =>
        document.Spec.ValueKind == JsonValueKind.Object && JsonNode.DeepEquals(kind.Write(stored.Spec), JsonObject.Create(document.Spec));

    private string KindFix(string? kind)
    {
        var names = kinds.All.Select(static k => k.Kind).ToList();
        return kind is not null && Spelling.Nearest(kind, names) is { } near ? $"did you mean {near}?" : $"write one of: {string.Join(", ", names)}";
    }

    private sealed record Step(IResourceKind Kind, ResourceKey Key, ChangeWord Change, object? Spec, Resource? Stored)
    {
        public Removal Removal { get; init; }
    }
}
