using Doorward.Control.Decisions;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>One session with all that is known of it now. Its decisions, grants and records are lists of their own, found by its id.</summary>
/// <param name="Began">The address that it was begun from.</param>
/// <param name="Agent">The browser, as it names itself.</param>
/// <param name="Provider">Where the person signed in, if not here.</param>
/// <param name="IdleUntil">When it ends unless it is used before; null when it is over, or ends by its own date alone.</param>
/// <param name="Evidence">What policies know of it at this moment, apart from what a request brings; none once it is over.</param>
public sealed record SessionDetail(
    SessionView Session, string? Began, string? Agent, string? Provider, DateTimeOffset? IdleUntil, IReadOnlyList<ExplainedFact> Evidence);

/// <summary>Tells one session's story.</summary>
internal static class SessionStories
{
    public static async Task<IResult> GetAsync(string id, IDbContextFactory<DoorwardDb> databases, SessionEvidenceReader evidence, LiveGrants grants, TimeProvider time, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, ct) is not { } session)
            return ApiProblem.NotFound($"session {Shown.Text(id)}").ToResult();
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == session.UserId, ct);
        var idle = await SessionLimits.IdleTimeoutAsync(db, ct);
        var end = SessionLimits.EndOf(session, time.GetUtcNow(), idle);
        var view = SessionEndpoints.View(session, user?.UserName ?? "", [.. grants.List().Where(live => live.Grant.SessionId == session.Id)]);

        // Nobody has come by yet to write down that its time is over.
        if (end is not null && view.End is null)
        {
            var at = session.Expires <= time.GetUtcNow() ? session.Expires : session.LastUse + idle;
            view = view with { End = new SessionEndView(at, end.Cause.ToString(), Initiators.System, null, null, end.Words) };
        }

        return Answers.Ok(new SessionDetail(
            view, session.Address, session.UserAgent, session.IdentityProvider,
            end is null && session.Kind != SessionKinds.Token ? session.LastUse + idle : null,
            end is null && user is not null ? await evidence.ReadAsync(db, session, user, ct) : []));
    }
}
