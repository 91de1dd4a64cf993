using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Decisions;

/// <summary>Finds recorded decisions, and refusals without one, newest first and page by page.</summary>
internal sealed class DecisionSearch(IDbContextFactory<DoorwardDb> databases, UserDirectory users)
{
    // A part of a name that fits more than these is not yet a search.
    private const int MostNames = 20;

    /// <summary>Null when the cursor is of something that is forgotten.</summary>
    public async Task<Page<DecisionView>?> PageAsync(DecisionFilter filter, PageRequest page, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var subjects = filter.User is { } user ? await SubjectsAsync(db, user, ct) : filter.Session is { } session ? await HolderAsync(db, session, ct) : null;
        var applications = filter.Application is { } application ? await ApplicationsAsync(db, application, ct) : null;
        return filter.Decision == "none"
            ? await RefusalsAsync(db, filter, subjects, applications, page, ct)
            : await DecisionsAsync(db, filter, subjects, applications, page, ct);
    }

    private async Task<Page<DecisionView>?> DecisionsAsync(
        DoorwardDb db, DecisionFilter filter, List<string>? subjects, List<string>? applications, PageRequest page, CancellationToken ct)
    {
        var query = db.Decisions.AsNoTracking();

        // Whatever has a cause of its own is a denial, which is said so that the index of denials answers; a parameter would not tell.
        if (filter.Decision == "deny" || filter.Cause is not (null or nameof(DecisionCause.Permitted))) query = query.Where(static d => !d.Allowed);
        if (filter.Decision == "allow") query = query.Where(static d => d.Allowed);
        if (filter.Cause is { } cause) query = query.Where(d => d.Cause == cause);
        if (filter.Session is { } session) query = query.Where(d => d.SessionId == session);
        if (filter.From is { } from) query = query.Where(d => d.At >= from);
        if (filter.To is { } to) query = query.Where(d => d.At < to);
        if (page.After.Length > 0)
        {
            var last = await db.Decisions.AsNoTracking().Where(d => d.Id == page.After).Select(static d => new { d.At, d.Id }).SingleOrDefaultAsync(ct);
            if (last is null) return null;
            query = query.Where(d => d.At < last.At || (d.At == last.At && d.Id.CompareTo(last.Id) < 0));
        }

        // One seek for each name, merged here: asked for all at once, the database would sort all that any of them ever did.
        if (subjects is not null && applications is not null) query = query.Where(d => applications.Contains(d.Application));
        IEnumerable<IQueryable<DecisionEntry>> parts = subjects is not null ? subjects.Select(subject => query.Where(d => d.SubjectId == subject))
            : applications is not null ? applications.Select(application => query.Where(d => d.Application == application)) : [query];
        var found = new List<DecisionView>();
        foreach (var part in parts)
        {
            found.AddRange(await part.OrderByDescending(static d => d.At).ThenByDescending(static d => d.Id).Take(page.Size + 1).Select(static d => new DecisionView(
                d.Id, d.At, d.Allowed ? "allow" : "deny", d.Cause, d.SubjectId, d.Application, d.Action, d.Reasons, d.SessionId, d.GrantId, d.Address, d.Gateway)).ToListAsync(ct));
        }

        List<DecisionView> newest = [.. found.OrderByDescending(static d => d.Time).ThenByDescending(static d => d.Id, StringComparer.Ordinal).Take(page.Size + 1)];
        var names = await users.NamesAsync(newest.Select(static d => d.User), ct);
        return Page<DecisionView>.Of(newest.ConvertAll(d => d with { User = d.User is null ? null : names.GetValueOrDefault(d.User) }), page, static view => view.Id);
    }

    private async Task<Page<DecisionView>?> RefusalsAsync(
        DoorwardDb db, DecisionFilter filter, List<string>? subjects, List<string>? applications, PageRequest page, CancellationToken ct)
    {
        var query = db.Refusals.AsNoTracking();
        if (filter.Cause is { } code) query = query.Where(r => r.Code == code);
        if (filter.Session is { } session) query = query.Where(r => r.SessionId == session);
        if (filter.From is { } from) query = query.Where(r => r.At >= from);
        if (filter.To is { } to) query = query.Where(r => r.At < to);
        if (subjects is not null) query = query.Where(r => subjects.Contains(r.SubjectId!));
        if (applications is not null) query = query.Where(r => applications.Contains(r.Application!));
        if (page.After.Length > 0)
        {
            var last = await db.Refusals.AsNoTracking().Where(r => r.Id == page.After).Select(static r => new { r.At, r.Id }).SingleOrDefaultAsync(ct);
            if (last is null) return null;
            query = query.Where(r => r.At < last.At || (r.At == last.At && r.Id.CompareTo(last.Id) < 0));
        }

        var found = await query.OrderByDescending(static r => r.At).ThenByDescending(static r => r.Id).Take(page.Size + 1).ToListAsync(ct);
        var names = await users.NamesAsync(found.Select(static r => r.SubjectId), ct);
        return Page<DecisionView>.Of(found.ConvertAll(r => View(r, names)), page, static view => view.Id);
    }

    private static async Task<List<string>> SubjectsAsync(DoorwardDb db, string user, CancellationToken ct)
    {
        var exact = await db.Users.Where(u => u.UserName == user).Select(static u => u.Id).ToListAsync(ct);
        if (exact.Count > 0) return exact;
        var part = user.ToUpperInvariant();
        return await db.Users.Where(u => u.NormalizedUserName!.Contains(part)).OrderBy(static u => u.NormalizedUserName).Take(MostNames).Select(static u => u.Id).ToListAsync(ct);
    }

    // A session has one subject, by whom its decisions are found without looking at everybody's. Null when it is forgotten.
    private static async Task<List<string>?> HolderAsync(DoorwardDb db, string session, CancellationToken ct) =>
        await db.Sessions.Where(s => s.Id == session).Select(static s => s.UserId).SingleOrDefaultAsync(ct) is { } holder ? [holder] : null;

    // Decisions on applications that are deleted are found by the whole name.
    private static async Task<List<string>> ApplicationsAsync(DoorwardDb db, string application, CancellationToken ct)
    {
        var known = db.Resources.Where(static r => r.Kind == ResourceKinds.Application);
        if (await known.AnyAsync(r => r.Name == application, ct)) return [application];
        return [application, .. await known.Where(r => r.Name.Contains(application)).OrderBy(static r => r.Name).Take(MostNames).Select(static r => r.Name).ToListAsync(ct)];
    }

    private static DecisionView View(RefusalEntry r, IReadOnlyDictionary<string, string> names) => new(
        r.Id, r.At, "none", r.Code, r.SubjectId is null ? null : names.GetValueOrDefault(r.SubjectId), r.Application, r.Method ?? "",
        [], r.SessionId, null, r.Address, r.Gateway);
}
