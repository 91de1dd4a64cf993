using System.Text.Json.Nodes;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources;

/// <summary>A kind whose resources are rows of <see cref="ResourceDocument"/>: all but users and policies.</summary>
internal abstract class DocumentKind<TSpec> : IResourceKind
    where TSpec : class
{
    public abstract string Kind { get; }

    public abstract string Plural { get; }

    public virtual bool RefersToOthers => false;

    public object Read(SpecReading reading) => ReadSpec(reading);

    public JsonObject Write(object spec) => WriteSpec((TSpec)spec);

    public bool Same(object one, object other) => ToJson((TSpec)one) == ToJson((TSpec)other);

    public async Task<Resource?> FindAsync(DoorwardDb db, string name, CancellationToken ct)
    {
        var document = await db.Resources.AsNoTracking().SingleOrDefaultAsync(d => d.Kind == Kind && d.Name == name, ct);
        return document is null ? null : Load(document);
    }

    public async Task<IReadOnlyList<Resource>> ListAsync(DoorwardDb db, string after, int limit, CancellationToken ct)
    {
        var documents = await db.Resources.AsNoTracking()
            .Where(d => d.Kind == Kind && d.Name.CompareTo(after) > 0)
            .OrderBy(d => d.Name)
            .Take(limit)
            .ToListAsync(ct);
        return documents.ConvertAll(Load);
    }

    public async Task<IReadOnlyList<Resource>> SearchAsync(DoorwardDb db, string text, string after, int limit, CancellationToken ct)
    {
        var pattern = LikePattern.Containing(text);
        var documents = await Found(db.Resources.AsNoTracking().Where(d => d.Kind == Kind && d.Name.CompareTo(after) > 0), pattern)
            .OrderBy(d => d.Name)
            .Take(limit)
            .ToListAsync(ct);
        return documents.ConvertAll(Load);
    }

    public async Task PutAsync(Edit edit, string name, object spec, Resource? stored, CancellationToken ct)
    {
        var document = await edit.Db.Resources.SingleOrDefaultAsync(d => d.Kind == Kind && d.Name == name, ct);
        var json = ToJson((TSpec)spec);
        if (document is null)
        {
            edit.Db.Resources.Add(new ResourceDocument
            {
                Kind = Kind,
                Name = name,
                Json = json,
                Managed = edit.Managed,
                Created = edit.Now,
                Updated = edit.Now,
                UpdatedBy = edit.Actor,
            });
            return;
        }

        document.Json = json;
        document.Version++;
        document.Managed = edit.Managed;
        document.Updated = edit.Now;
        document.UpdatedBy = edit.Actor;
    }

    public virtual async Task DeleteAsync(Edit edit, Resource stored, CancellationToken ct)
    {
        var document = await edit.Db.Resources.SingleAsync(d => d.Kind == Kind && d.Name == stored.Name, ct);
        edit.Db.Resources.Remove(document);
    }

    public void Check(World world, Resource resource, Findings findings) =>
        CheckSpec(world, resource.Key, (TSpec)resource.Spec, findings);

    protected abstract TSpec ReadSpec(SpecReading reading);

    protected abstract JsonObject WriteSpec(TSpec spec);

    protected abstract TSpec FromJson(string json);

    protected abstract string ToJson(TSpec spec);

    /// <summary>Those of a kind that a search finds.</summary>
    protected virtual IQueryable<ResourceDocument> Found(IQueryable<ResourceDocument> documents, string pattern) =>
        documents.Where(d => EF.Functions.Like(d.Name, pattern, LikePattern.Escape));

    protected virtual void CheckSpec(World world, ResourceKey key, TSpec spec, Findings findings)
    {
    }

    private Resource Load(ResourceDocument document) =>
        new(Kind, document.Name, document.Version, FromJson(document.Json), document.System, document.Managed);
}
