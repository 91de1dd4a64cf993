using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Sessions;

/// <summary>
/// Starts, raises, finds and ends sessions. What a method returns is in the change log already, so whoever was told of an
/// end may rely on it.
/// </summary>
public sealed class SessionStore(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    /// <summary>Begins a session; null when the user may not sign in (any more).</summary>
    public async Task<SignedIn?> StartAsync(SignIn signIn, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            if (!await MaySignInAsync(db, signIn, token))
            {
                return null;
            }

            var now = time.GetUtcNow();
            var cookie = Credential.New();
            var session = new Session
            {
                UserId = signIn.UserId,
                Kind = SessionKinds.Browser,
                Assurance = signIn.Assurance,
                Methods = [.. signIn.Methods],
                Created = now,
                Authenticated = signIn.Authenticated ?? now,
                Expires = now + await AbsoluteTimeoutAsync(db, token),
                LastUse = now,
                Address = signIn.Address,
                LastAddress = signIn.Address,
                UserAgent = signIn.UserAgent,
                IdentityProvider = signIn.IdentityProvider,
                SecurityEpoch = signIn.SecurityEpoch,
                CookieHash = Credential.Hash(cookie),
            };
            db.Sessions.Add(session);
            await db.SaveChangesAsync(token);
            return new SignedIn(session, cookie, session.Revision);
        }, ct);
    }

    /// <summary>
    /// A fresh proof on a running session (step-up, or signing in again): its assurance and time of authentication, and a
    /// new cookie; the old cookie dies, and so does the handle at the console: a copy of either must not gain what its person just
    /// proved (ASVS 5.0 7.2.4). Who has the new cookie gets a new handle without a question. Null when the session is over or belongs to someone else.
    /// </summary>
    public async Task<SignedIn?> RaiseAsync(string sessionId, SignIn signIn, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            var session = await db.Sessions.SingleOrDefaultAsync(s => s.Id == sessionId && s.Ended == null, token);
            if (session is null || session.UserId != signIn.UserId || !await IsLiveAsync(db, session, token) || !await MaySignInAsync(db, signIn, token))
            {
                return null;
            }

            var cookie = Credential.New();
            // A weaker proof is a fresher session, but a weaker one too: "phishing-resistant, and just now" must not be put
            // together from a passkey of yesterday and a code of today.
            session.Methods = signIn.Assurance < session.Assurance ? [.. signIn.Methods] : [.. session.Methods.Union(signIn.Methods, StringComparer.Ordinal)];
            session.Assurance = signIn.Assurance;
            session.LastUse = time.GetUtcNow();
            session.Authenticated = signIn.Authenticated ?? session.LastUse;
            session.LastAddress = signIn.Address ?? session.LastAddress;
            session.SecurityEpoch = signIn.SecurityEpoch;
            session.CookieHash = Credential.Hash(cookie);
            db.Handles.RemoveRange(await ConsoleHandlesAsync(db, session.Id, token));
            await db.SaveChangesAsync(token);
            return new SignedIn(session, cookie, session.Revision);
        }, ct);
    }

    /// <summary>The live session of a sign-in cookie.</summary>
    public async Task<Session?> FindByCookieAsync(string cookie, CancellationToken ct)
    {
        var hash = Credential.Hash(cookie);
        await using var db = await databases.CreateDbContextAsync(ct);
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.CookieHash == hash && s.Ended == null, ct);
        return session is not null && await IsLiveAsync(db, session, ct) && await UserIsGoodAsync(db, session.UserId, ct) ? session : null;
    }

    /// <summary>The live sessions of one user, newest use first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(string userId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        return await db.Sessions.AsNoTracking().Where(s => s.UserId == userId && s.Ended == null && s.Expires > now)
            .OrderByDescending(s => s.LastUse).ToListAsync(ct);
    }

    public Task<SessionsEnded> EndAsync(string sessionId, SessionEnding ending, CancellationToken ct) =>
        EndAsync(db => db.Sessions.Where(s => s.Id == sessionId), ending, ct);

    /// <summary>Ends these at once; those that are over already stay as they are.</summary>
    public Task<SessionsEnded> EndAsync(IReadOnlyCollection<string> sessionIds, SessionEnding ending, CancellationToken ct) =>
        EndAsync(db => db.Sessions.Where(s => sessionIds.Contains(s.Id)), ending, ct);

    /// <summary>Ends the sessions of a user, but for the one they are asking from, if any.</summary>
    public Task<SessionsEnded> EndAllOfAsync(string userId, string? except, SessionEnding ending, CancellationToken ct) =>
        EndAsync(db => db.Sessions.Where(s => s.UserId == userId && s.Id != except), ending, ct);

    public Task<SessionsEnded> EndAllAsync(SessionEnding ending, CancellationToken ct) =>
        EndAsync(db => db.Sessions, ending, ct);

    private async Task<SessionsEnded> EndAsync(Func<DoorwardDb, IQueryable<Session>> which, SessionEnding ending, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            var sessions = await which(db).Where(s => s.Ended == null).ToListAsync(token);
            foreach (var session in sessions)
            {
                SessionEndings.End(session, time.GetUtcNow(), ending);
            }

            await db.SaveChangesAsync(token);
            return new SessionsEnded([.. sessions.Select(static session => session.Id)], db.LastRevision ?? (await Changes.ChangeLog.HeadAsync(db, token)).Revision);
        }, ct);
    }

    private static async Task<List<Handle>> ConsoleHandlesAsync(DoorwardDb db, string sessionId, CancellationToken ct)
    {
        var console = $"{SystemApplications.ConsoleLabel}.{await db.Settings.Select(s => s.Domain).SingleAsync(ct)}";
        return await db.Handles.Where(h => h.SessionId == sessionId && h.Host == console).ToListAsync(ct);
    }

    private async Task<bool> IsLiveAsync(DoorwardDb db, Session session, CancellationToken ct) =>
        SessionLimits.IsLive(session, time.GetUtcNow(), await SessionLimits.IdleTimeoutAsync(db, ct));

    private static async Task<bool> MaySignInAsync(DoorwardDb db, SignIn signIn, CancellationToken ct) =>
        await db.Users.AnyAsync(u => u.Id == signIn.UserId && !u.Disabled && u.SecurityEpoch == signIn.SecurityEpoch, ct);

    private static async Task<bool> UserIsGoodAsync(DoorwardDb db, string userId, CancellationToken ct) =>
        await db.Users.AnyAsync(u => u.Id == userId && !u.Disabled, ct);

    private static async Task<TimeSpan> AbsoluteTimeoutAsync(DoorwardDb db, CancellationToken ct) =>
        await db.Settings.Select(s => s.AbsoluteTimeout).SingleAsync(ct);
}

/// <summary>What a session was begun with.</summary>
public static class SessionKinds
{
    public const string Browser = "browser";
    public const string Token = "token";

    /// <summary>Of a person on the command line: for tunnels.</summary>
    public const string Agent = "agent";
}
