using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>A resource as it is read; the same shape is accepted when it is written back.</summary>
/// <param name="Reason">Why it is written: kept in the audit log, and of a policy with its version.</param>
public sealed record ResourceBody(JsonElement Spec, string? Kind = null, string? Name = null, long? Version = null, string? Reason = null);

/// <param name="Counts">In a brief list, how many items the lists of the spec have in all, where it shows only the first.</param>
public sealed record ResourceView(string Kind, string Name, long Version, bool System, JsonObject Spec, IReadOnlyDictionary<string, int>? Counts = null);

/// <summary>The same five calls for every kind of resource.</summary>
internal static class ResourceEndpoints
{
    private const int Few = 10;

    public static void MapResources(this IEndpointRouteBuilder api, KindTable kinds)
    {
        foreach (var kind in kinds.All)
        {
            var word = kind.Kind.ToLowerInvariant();
            var group = api.MapGroup("/" + kind.Plural).WithTags(kind.Kind);
            group.MapGet("/", (IDbContextFactory<DoorwardDb> databases, string? search, bool? brief, int? limit, string? cursor, CancellationToken ct) =>
                ListAsync(kind, databases, search?.Trim(), brief ?? false, new PageRequest(limit, cursor), ct)).Views($"{word}.list").Produces<Page<ResourceView>>();
            group.MapGet("/{name}", (string name, HttpContext context, IDbContextFactory<DoorwardDb> databases, CancellationToken ct) =>
                GetAsync(kind, name, context, databases, ct)).Views($"{word}.get").Produces<ResourceView>();
            group.MapPost("/", (ResourceBody body, HttpContext context, ResourceEditor editor, CancellationToken ct) =>
                CreateAsync(kind, body, context, editor, ct)).Acts($"{word}.create").Produces<ResourceChange>();
            group.MapPut("/{name}", (string name, ResourceBody body, HttpContext context, ResourceEditor editor, CancellationToken ct) =>
                PutAsync(kind, name, body, context, editor, ct)).Acts($"{word}.put").Produces<ResourceChange>();
            group.MapDelete("/{name}", (string name, HttpContext context, ResourceEditor editor, bool? force, string? reason, CancellationToken ct) =>
                DeleteAsync(kind, name, force ?? false, reason, context, editor, ct)).Acts($"{word}.delete").Produces<ResourceChange>();
        }
    }

    // Whole unless asked for in brief: what is read here is kept as documents and applied again.
    private static async Task<IResult> ListAsync(IResourceKind kind, IDbContextFactory<DoorwardDb> databases, string? search, bool brief, PageRequest page, CancellationToken ct)
    {
        if (SearchText.Refuse(search) is { } problem) return problem.ToResult();
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = string.IsNullOrEmpty(search)
            ? await kind.ListAsync(db, page.After, page.Size + 1, ct)
            : await kind.SearchAsync(db, search, page.After, page.Size + 1, ct);
        return Answers.Ok(Page<ResourceView>.Of([.. found.Select(resource => brief ? Brief(View(kind, resource)) : View(kind, resource))], page, static view => view.Name));
    }

    private static async Task<IResult> GetAsync(
        IResourceKind kind, string name, HttpContext context, IDbContextFactory<DoorwardDb> databases, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await kind.FindAsync(db, name, ct) is not { } resource) return ApiProblem.NotFound($"{kind.Kind} {Shown.Text(name)}").ToResult();
        ETags.Write(context, resource.Version);
        return Answers.Ok(View(kind, resource));
    }

    private static async Task<IResult> CreateAsync(IResourceKind kind, ResourceBody body, HttpContext context, ResourceEditor editor, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets(kind.Kind, body.Name);
        if (Mismatch(kind, body.Name, body) is { } problem) return problem.ToResult();
        if (!call.GivesReason(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        var result = await editor.PutAsync(kind, body.Name ?? "", body.Spec, version: 0, call.Actor, ct, reason);
        return result is EditResult.Stale
            ? new ApiProblem
            {
                Title = "Nothing was changed",
                Status = StatusCodes.Status409Conflict,
                Field = "name",
                Detail = $"{kind.Kind} {body.Name} exists already.",
                Fix = "Choose another name, or change the one that exists.",
            }.ToResult()
            : Answers.Of(result, done => Done(call, done));
    }

    private static async Task<IResult> PutAsync(
        IResourceKind kind, string name, ResourceBody body, HttpContext context, ResourceEditor editor, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets(kind.Kind, name);
        if (Mismatch(kind, name, body) is { } problem) return problem.ToResult();
        if (!ETags.TryRead(context, out var version)) return UnreadableCondition.ToResult();
        if (!call.GivesReason(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        return Answers.Of(await editor.PutAsync(kind, name, body.Spec, version, call.Actor, ct, reason), done => Done(call, done));
    }

    private static async Task<IResult> DeleteAsync(
        IResourceKind kind, string name, bool force, string? reason, HttpContext context, ResourceEditor editor, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets(kind.Kind, name);
        if (force) call.Details["force"] = true;
        if (!ETags.TryRead(context, out var version)) return UnreadableCondition.ToResult();
        if (!call.GivesReason(reason, out var why)) return Reasons.Problem("reason").ToResult();
        return Answers.Of(await editor.DeleteAsync(kind, name, version, force, call.Actor, ct, why), done => Done(call, done));
    }

    internal static readonly ApiProblem UnreadableCondition =
        ApiProblem.BadRequest("The If-Match or If-None-Match header cannot be read.", null, "Send If-Match: \"VERSION\" or If-None-Match: *.");

    internal static IResult Done(ApiCall call, EditResult.Done done)
    {
        call.Changed(done.Changes);
        call.Details["revision"] = done.Revision;
        return Answers.Ok(new { change = done.Changes[0].Change, done.Changes[0].Kind, done.Changes[0].Name, done.Warnings, done.Revision });
    }

    private static ApiProblem? Mismatch(IResourceKind kind, string? name, ResourceBody body)
    {
        if (body.Kind is not null && !string.Equals(body.Kind, kind.Kind, StringComparison.OrdinalIgnoreCase))
            return ApiProblem.BadRequest("The body is of another kind than the address.", "kind", $"Write kind: {kind.Kind}, or leave it out.");
        return body.Name is not null && body.Name != name
            ? ApiProblem.BadRequest("The body names another resource than the address.", "name", "Write the same name, or leave it out of the body.")
            : null;
    }

    private static ResourceView Brief(ResourceView view)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (field, list) in view.Spec.Where(static member => member.Value is JsonArray { Count: > Few }).Select(static member => (member.Key, (JsonArray)member.Value!)))
        {
            counts[field] = list.Count;
            list.RemoveRange(Few, list.Count - Few);
        }

        return counts.Count == 0 ? view : view with { Counts = counts };
    }

    private static ResourceView View(IResourceKind kind, Resource resource) =>
        new(resource.Kind, resource.Name, resource.Version, resource.System, kind.Write(resource.Spec));
}
