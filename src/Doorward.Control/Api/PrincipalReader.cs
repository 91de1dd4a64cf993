using Doorward.Control.Api.InProcess;
using Doorward.Control.Hosting;
using Doorward.Control.Roles;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Evidences;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api;

/// <summary>
/// Who calls: the machine's owner on the Unix socket, whoever an assertion names on a connection that a gateway made, or whoever
/// looks at a page of the console. Of these only the session is taken; everything about it is read here, as it is now: a page's
/// circuit outlives the connection that a gateway cuts, so each of its acts is judged like a request of its own.
/// </summary>
internal sealed class PrincipalReader(IDbContextFactory<DoorwardDb> databases, AssertionReader assertions, CircuitStanding circuits, TimeProvider time)
{
    public async Task<ApiPrincipal?> ReadAsync(HttpContext context, CancellationToken ct) => context.GetFace() switch
    {
        Face.Local => ApiPrincipal.Local,
        Face.Web => await assertions.ReadSessionAsync(context, ct) is { } session ? await FindAsync(session, ct) : null,
        Face.Console => context.Features.Get<ActingSession>() is { } acting ? await FindAsync(acting, ct) : null,
        _ => null,
    };

    // Whoever opened a circuit by a cookie that was replaced since acts no more until they come back by the next one.
    private async Task<ApiPrincipal?> FindAsync(ActingSession acting, CancellationToken ct) =>
        await circuits.IsOverAsync(acting, ct) ? null : await FindAsync(acting.Id, ct);

    private async Task<ApiPrincipal?> FindAsync(string sessionId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == sessionId && s.Ended == null, ct);
        if (session is null || !SessionLimits.IsLive(session, time.GetUtcNow(), await SessionLimits.IdleTimeoutAsync(db, ct))) return null;
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == session.UserId && !u.Disabled, ct);
        if (user is null) return null;
        var token = session.Kind == SessionKinds.Token;
        if (token && !await OpensConsoleAsync(db, session.Id, ct)) return null;
        var nesting = await ApiAccess.ReadNestingAsync(db, ct);
        return new ApiPrincipal
        {
            Type = user.Kind == SubjectKind.Service ? "Service" : "User",
            Name = user.UserName!,
            SubjectId = user.Id,
            Groups = nesting.GroupsOf(user.UserName!),
            Assurance = session.Assurance,
            Token = token,
            SessionId = session.Id,
        };
    }

    private async Task<bool> OpensConsoleAsync(DoorwardDb db, string sessionId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var token = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.SessionId == sessionId && t.Ended == null && t.Expires > now, ct);
        return token is not null && token.Applications.Contains(Core.Applications.SystemApplications.Console);
    }
}
