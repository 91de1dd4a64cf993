using Doorward.Control.Feeds;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Roles;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Machine">Where `doorward-agent login` was run, by what that machine calls itself; null of other sessions.</param>
public sealed record SessionView(
    string Id, string User, string Kind, int Assurance, IReadOnlyList<string> Methods, string? Address, IReadOnlyList<string> Applications,
    int Connections, long Bytes, DateTimeOffset Started, DateTimeOffset Authenticated, DateTimeOffset LastUsed, DateTimeOffset Expires, SessionEndView? End = null, string? Machine = null);

internal static class SessionEndpoints
{
    private const int LongestSearch = 64;

    public static void MapSessions(this IEndpointRouteBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Session");
        sessions.MapGet("/", ListAsync).Views("session.list").Produces<Page<SessionView>>();
        sessions.MapGet("/{id}", SessionStories.GetAsync).Views("session.get").Produces<SessionDetail>();
        sessions.MapPost("/revoke", SessionRevocation.RunAsync).ActsForPersonInBody("session.revoke", ApiAction.EndSessions).Produces<RevokeAnswer>();
    }

    private static async Task<IResult> ListAsync(IDbContextFactory<DoorwardDb> databases, UserDirectory users, LiveGrants grants, TimeProvider time,
        string? user, string? device, string? search, int? assurance, bool? ended, int? limit, string? cursor, CancellationToken ct)
    {
        if (search?.Length > LongestSearch)
            return ApiProblem.BadRequest("The search is too long.", "search", $"Use up to {LongestSearch} characters.").ToResult();
        if (assurance is < 1 or > 3)
            return ApiProblem.BadRequest("There is no such assurance.", "assurance", "Use 1 for a password, 2 for two factors, or 3 for a passkey.").ToResult();
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

        if (device is not null) query = query.Where(s => s.DeviceId == device);
        if (assurance is { } level) query = query.Where(s => s.Assurance == level);
        var open = grants.List();
        if (!string.IsNullOrWhiteSpace(search)) query = SessionSearch.Narrow(query, db, open, search.Trim());

        var found = await query.OrderBy(static s => s.Id).Take(page.Size + 1).ToListAsync(ct);
        var names = await users.NamesAsync(found.Select(static s => s.UserId), ct);
        var live = open.ToLookup(static g => g.Grant.SessionId, StringComparer.Ordinal);
        return Answers.Ok(Page<SessionView>.Of(found.ConvertAll(s => View(s, names.GetValueOrDefault(s.UserId, ""), [.. live[s.Id]])), page, static view => view.Id));
    }

    internal static SessionView View(Session session, string user, IReadOnlyList<LiveGrant> live) => new(
        session.Id, user, session.Kind, session.Assurance, session.Methods, session.LastAddress ?? session.Address,
        [.. live.Select(static g => g.Grant.Application).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        live.Sum(static g => g.Grant.Connections.Count),
        live.Sum(static g => g.Grant.BytesIn + g.Grant.BytesOut),
        session.Created, session.Authenticated, session.LastUse, session.Expires, SessionEndView.Of(session),
        session.Kind == SessionKinds.Agent ? AgentSessions.MachineOf(session) : null);
}
