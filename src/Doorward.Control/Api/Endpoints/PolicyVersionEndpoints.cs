using System.Text.Json;
using Doorward.Control.Policies;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>One text that a policy has or had. Retired is when the next took its place, or the policy was deleted.</summary>
public sealed record PolicyVersionView(
    string Name, long Version, string Cedar, bool ReportOnly, DateTimeOffset Published, string PublishedBy, long Revision, DateTimeOffset? Retired, string? RetiredBy,
    JsonElement? Tests = null, string? Reason = null);

public sealed record RollbackBody(long Version, string? Reason = null);

/// <summary>What a policy said before, and saying it again. Texts are never edited, so going back is a new version too.</summary>
internal static class PolicyVersionEndpoints
{
    private static readonly ApiProblem NoPolicy = ApiProblem.NotFound("policy of that name, now or before");

    public static void MapPolicyVersions(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/policies/{name}").WithTags("Policy");
        policy.MapGet("/versions", ListAsync).Views("policy.versions").Produces<Page<PolicyVersionView>>();
        policy.MapGet("/versions/{version:long}", GetAsync).Views("policy.version").Produces<PolicyVersionView>();
        policy.MapPost("/rollback", RollBackAsync).Acts("policy.rollback").Produces<ResourceChange>();
    }

    // Newest first; the cursor is the version that was shown last.
    private static async Task<IResult> ListAsync(string name, IDbContextFactory<DoorwardDb> databases, int? limit, string? cursor, CancellationToken ct)
    {
        var page = new PageRequest(limit, cursor);
        var before = long.TryParse(page.After, out var last) ? last : long.MaxValue;
        await using var db = await databases.CreateDbContextAsync(ct);
        var found = await Versions(db, name).Where(v => v.Version < before).OrderByDescending(static v => v.Version).Take(page.Size + 1).ToListAsync(ct);
        if (found.Count == 0 && page.After.Length == 0) return NoPolicy.ToResult();
        return Answers.Ok(Page<PolicyVersionView>.Of(found.ConvertAll(View), page, static view => $"{view.Version}"));
    }

    private static async Task<IResult> GetAsync(string name, long version, IDbContextFactory<DoorwardDb> databases, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await Versions(db, name).SingleOrDefaultAsync(v => v.Version == version, ct) is { } found
            ? Answers.Ok(View(found))
            : await NoVersionAsync(db, name, version, ct);
    }

    private static async Task<IResult> RollBackAsync(
        string name, RollbackBody body, HttpContext context, IDbContextFactory<DoorwardDb> databases, ResourceEditor editor, KindTable kinds, CancellationToken ct)
    {
        var call = context.Call();
        var kind = kinds.Find(PolicyKind.Name)!;
        call.Targets(kind.Kind, name);
        call.Details["version"] = body.Version;
        if (!ETags.TryRead(context, out var expected)) return ResourceEndpoints.UnreadableCondition.ToResult();
        if (!call.GivesReason(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await Versions(db, name).SingleOrDefaultAsync(v => v.Version == body.Version, ct) is not { } old)
            return await NoVersionAsync(db, name, body.Version, ct);
        // A version is its text and its tests: those of the text that goes would only say that it went.
        // Checked as if it were written today: what it names may be gone.
        var spec = JsonSerializer.SerializeToElement(kind.Write(new PolicySpec(old.Cedar, old.ReportOnly) { TestsJson = old.TestsJson }));
        return Answers.Of(await editor.PutAsync(kind, name, spec, expected, call.Actor, ct, reason), done => ResourceEndpoints.Done(call, done));
    }

    private static async Task<IResult> NoVersionAsync(DoorwardDb db, string name, long version, CancellationToken ct) =>
        (await Versions(db, name).AnyAsync(ct)
            ? ApiProblem.NotFound($"version {version} of policy {name}") with { Fix = $"See `doorward policy history {name}`." }
            : NoPolicy).ToResult();

    private static IQueryable<PolicyVersion> Versions(DoorwardDb db, string name) =>
        db.Policies.AsNoTracking().Include(static v => v.AddedBy).Include(static v => v.RetiredBy).Where(v => v.Name == name);

    private static PolicyVersionView View(PolicyVersion v) => new(
        v.Name, v.Version, v.Cedar, v.ReportOnly, v.AddedBy!.At, v.AddedBy.By, v.AddedBy.Revision, v.RetiredBy?.At, v.RetiredBy?.By,
        v.TestsJson is { } tests ? JsonElement.Parse(tests) : null, v.AddedBy.Reason);
}
