using Doorward.Control.Feeds;
using Doorward.Control.Roles;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

public sealed record SessionView(
    string Id, string User, string Kind, int Assurance, IReadOnlyList<string> Methods, string? Address, IReadOnlyList<string> Applications,
    int Connections, long Bytes, DateTimeOffset Started, DateTimeOffset Authenticated, DateTimeOffset LastUsed, DateTimeOffset Expires, SessionEndView? End = null);

/// <summary>
/// Which sessions are to end: exactly one of the three says so. The reason is told to the person and the audit log, the note to the
/// audit log only. Whoever wants it confirmed waits until the gateways that are connected say that it is done, or five seconds.
/// </summary>
public sealed record RevokeBody(string? Id = null, string? User = null, bool All = false, string? Reason = null, string? Note = null, bool Confirm = false);

/// <param name="Confirmed">What each connected gateway says, when that was asked for.</param>
public sealed record RevokeAnswer(int Revoked, long Revision, IReadOnlyList<GatewayConfirmation>? Confirmed = null);

internal static class SessionEndpoints
{
    private const int LongestSearch = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Session");
        sessions.MapGet("/", ListAsync).Views("session.list").Produces<Page<SessionView>>();
        sessions.MapPost("/revoke", RevokeAsync).ActsForPersonInBody("session.revoke", ApiAction.EndSessions).Produces<RevokeAnswer>();
    }

    private static async Task<IResult> ListAsync(IDbContextFactory<DoorwardDb> databases, UserDirectory users, LiveGrants grants, TimeProvider time,
        string? user, string? search, bool? ended, int? limit, string? cursor, CancellationToken ct)
    {
        if (search?.Length > LongestSearch)
            return ApiProblem.BadRequest("The search is too long.", "search", $"Use up to {LongestSearch} characters.").ToResult();
        var page = new PageRequest(limit, cursor);
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var query = db.Sessions.AsNoTracking().Where(s => s.Id.CompareTo(page.After) > 0);
        query = ended is true ? query.Where(s => s.Ended != null || s.Expires <= now) : query.Where(s => s.Ended == null && s.Expires > now);
        if (user is not null)
        {
            var subject = await db.Users.Where(u => u.UserName == user).Select(static u => u.Id).SingleOrDefaultAsync(ct) ?? "";
            query = query.Where(s => s.UserId == subject);
        }

        if (!string.IsNullOrWhiteSpace(search))
        {
            var text = search.Trim();
            var name = text.ToUpperInvariant();
            query = query.Where(s => s.Id == text || s.LastAddress!.StartsWith(text) || db.Users.Any(u => u.Id == s.UserId && u.NormalizedUserName!.Contains(name)));
        }

        var found = await query.OrderBy(static s => s.Id).Take(page.Size + 1).ToListAsync(ct);
        var names = await users.NamesAsync(found.Select(static s => s.UserId), ct);
        var live = grants.List().ToLookup(static g => g.Grant.SessionId, StringComparer.Ordinal);
        return Answers.Ok(Page<SessionView>.Of(found.ConvertAll(s => View(s, names.GetValueOrDefault(s.UserId, ""), [.. live[s.Id]])), page, static view => view.Id));
    }

    // Answered only when the change is in the log: from then on no gateway that hears of it lets the session pass.
    private static async Task<IResult> RevokeAsync(RevokeBody body, HttpContext context, ApiAccess access, ConfirmationDemand confirmations, UserDirectory users,
        IDbContextFactory<DoorwardDb> databases, SessionStore sessions, ConnectedGateways gateways, TimeProvider time, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var call = context.Call();
        if ((body.Id is null ? 0 : 1) + (body.User is null ? 0 : 1) + (body.All ? 1 : 0) != 1)
            return ApiProblem.BadRequest("It is not clear which sessions are meant.", "id", "Give exactly one of id, user and all.").ToResult();
        if (!Reasons.TryRead(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        if (!Reasons.TryRead(body.Note, out var note)) return Reasons.Problem("note").ToResult();
        var session = body.Id is null ? null : await FindAsync(databases, body.Id, ct);
        var person = body.User ?? (session is null ? null : (await users.NamesAsync([session.UserId], ct)).GetValueOrDefault(session.UserId));
        if (person is not null) call.TargetsPerson(person);
        if (reason is not null) call.Details["reason"] = reason;
        if (note is not null) call.Details["note"] = note;
        if (await access.DemandAsync(call, person, ct) is { } refusal) return refusal.ToResult();
        if (body.All && await confirmations.DemandAsync(call.Principal, ct) is { } unconfirmed) return unconfirmed.ToResult();
        if (body.Id is not null && session is null) return ApiProblem.NotFound($"live session {Shown.Text(body.Id)}").ToResult();
        var user = body.User is null ? null : await users.FindAsync(body.User, ct);
        if (body.User is not null && user is null) return ApiProblem.NotFound($"user {Shown.Text(body.User)}").ToResult();
        var ending = SessionEnding.ByAdministrator(call.Actor, reason);
        var ended = body.All ? await sessions.EndAllAsync(ending, ct)
            : session is not null ? await sessions.EndAsync(session.Id, ending, ct)
            : await sessions.EndAllOfAsync(user!.Id, except: null, ending, ct);
        call.Details["revoked"] = ended.Count;
        call.Details["revision"] = ended.Revision;
        var confirmed = body.Confirm ? await gateways.ConfirmAsync(ended.Revision, begun, Patience, time, ct) : null;
        return Answers.Ok(new RevokeAnswer(ended.Count, ended.Revision, confirmed));
    }

    private static async Task<Session?> FindAsync(IDbContextFactory<DoorwardDb> databases, string id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.Ended == null, ct);
    }

    private static SessionView View(Session session, string user, IReadOnlyList<LiveGrant> live) => new(
        session.Id, user, session.Kind, session.Assurance, session.Methods, session.LastAddress ?? session.Address,
        [.. live.Select(static g => g.Grant.Application).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        live.Sum(static g => g.Grant.Connections.Count),
        live.Sum(static g => g.Grant.BytesIn + g.Grant.BytesOut),
        session.Created, session.Authenticated, session.LastUse, session.Expires, SessionEndView.Of(session));
}
