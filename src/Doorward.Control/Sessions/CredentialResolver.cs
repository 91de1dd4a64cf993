using Doorward.Control.Changes;
using Doorward.Control.Storage;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Sessions;

/// <summary>
/// Answers what a credential stands for, and at which revision that was so. Ended, expired, unknown and disabled look the
/// same from outside, but to who holds the handle of a session that was theirs: they are told why it is over.
/// </summary>
internal sealed class CredentialResolver(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    public Task<Resolved> ByHandleAsync(byte[] hash, CancellationToken ct) => ResolveAsync(async (db, token) =>
    {
        var handle = await db.Handles.AsNoTracking().Include(h => h.Session).SingleOrDefaultAsync(h => h.Hash == hash, token);
        return (handle?.Session, null, handle?.Host);
    }, ct);

    public Task<Resolved> ByTokenAsync(byte[] hash, CancellationToken ct) => ResolveAsync(async (db, token) =>
    {
        var now = time.GetUtcNow();
        var found = await db.Tokens.AsNoTracking().Include(t => t.Session)
            .SingleOrDefaultAsync(t => t.Hash == hash && t.Ended == null && t.Expires > now, token);
        return (found?.Session, found, null);
    }, ct);

    /// <summary>For live grants after a snapshot. A token's session comes back with its token.</summary>
    public Task<Resolved> BySessionAsync(string id, CancellationToken ct) => ResolveAsync(async (db, token) =>
    {
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, token);
        if (session?.Kind is not (SessionKinds.Token or SessionKinds.Agent))
        {
            return (session, null, null);
        }

        var now = time.GetUtcNow();
        var found = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.SessionId == id && t.Ended == null && t.Expires > now, token);
        return (found is null ? null : session, found, null);
    }, ct);

    private async Task<Resolved> ResolveAsync(
        Func<DoorwardDb, CancellationToken, Task<(Session? Session, Token? Token, string? Host)>> find, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await using var moment = await db.BeginSnapshotAsync(ct);
        var revision = (await ChangeLog.HeadAsync(db, ct)).Revision;
        var (session, token, host) = await find(db, ct);
        if (session is null)
        {
            return Resolved.Nothing(revision);
        }

        if (SessionLimits.EndOf(session, time.GetUtcNow(), await SessionLimits.IdleTimeoutAsync(db, ct)) is { } end)
        {
            return Resolved.Over(revision, host, end);
        }

        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == session.UserId && !u.Disabled, ct);
        return user is null ? Resolved.Over(revision, host, new SessionEnd(SessionEndCause.AccountDisabled) { Session = session.Id }) : new Resolved(revision, session, user, token, host);
    }
}
