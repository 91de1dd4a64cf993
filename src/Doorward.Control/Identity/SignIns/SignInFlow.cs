using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Sessions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.SignIns;

/// <summary>Turns what was proved into a session, and a session into the way back to whoever asked.</summary>
public sealed class SignInFlow(
    IDbContextFactory<DoorwardDb> databases, SessionStore sessions, SignInCodes codes, SignInLimits limits, KnownHosts hosts, SignInAudit audit, TimeProvider time)
{
    // A clock that was set back makes no sign-in fresher than fresh.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>What a session still lacks for this request.</summary>
    public Lacking Compare(Session session, SignInRequest request)
    {
        var lacking = Lacking.Nothing;
        if (session.Assurance < request.Assurance)
            lacking |= Lacking.Assurance;
        var now = time.GetUtcNow();
        if (request.MaxAge is { } age && (session.Authenticated + age < now || session.Authenticated > now + Skew))
            lacking |= Lacking.Freshness;
        return lacking;
    }

    /// <summary>What is proved by a running session, so that a step-up asks only for the rest.</summary>
    public static SignInProgress Progress(Session session) => new()
    {
        UserId = session.UserId,
        Methods = session.Methods,
        Assurance = session.Assurance,
        At = session.Authenticated,
        SecurityEpoch = session.SecurityEpoch,
        IdentityProvider = session.IdentityProvider,
    };

    /// <summary>
    /// Begins a session, or raises the running one of the same person; one of somebody else ends. Null when the proof is
    /// too old or void by now.
    /// </summary>
    public Task<SignedIn?> CompleteAsync(SignInProgress progress, Session? running, AttemptSource source, CancellationToken cancel) => TakeAsync(progress, source, async (signIn, stop) =>
    {
        if (running is not null && running.UserId != signIn.UserId)
            await sessions.EndAsync(running.Id, SessionEnding.ByOwner(SessionEndCause.ReplacedBySignIn), stop);
        var raised = running?.UserId == signIn.UserId ? await sessions.RaiseAsync(running.Id, signIn, stop) : null;
        return (raised ?? await sessions.StartAsync(signIn, stop), raised is not null);
    }, cancel);

    /// <summary>
    /// Takes a fresh proof for a running session, and for nothing else: null when it is somebody else's, or the session is over. No
    /// session begins or ends by it. Somebody else's goes on record: two people are at one browser, or one has the other's passkey.
    /// </summary>
    public async Task<SignedIn?> ConfirmAsync(SignInProgress progress, Session running, AttemptSource source, CancellationToken cancel)
    {
        if (progress.UserId == running.UserId)
            return await TakeAsync(progress, source, async (signIn, stop) => (await sessions.RaiseAsync(running.Id, signIn, stop), true), cancel);
        await using var db = await databases.CreateDbContextAsync(cancel);
        var names = await db.Users.AsNoTracking().Where(person => person.Id == running.UserId || person.Id == progress.UserId)
            .ToDictionaryAsync(static person => person.Id, static person => person.UserName, cancel);
        await audit.ForeignProofAsync(names.GetValueOrDefault(running.UserId), names.GetValueOrDefault(progress.UserId), running.Id, progress, source);
        return null;
    }

    private async Task<SignedIn?> TakeAsync(
        SignInProgress progress, AttemptSource source, Func<SignIn, CancellationToken, Task<(SignedIn? SignedIn, bool Raised)>> take, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(person => person.Id == progress.UserId, cancel);
        if (user is null || user.Disabled)
            return null;
        var signIn = new SignIn
        {
            UserId = user.Id,
            Assurance = progress.Assurance,
            Methods = progress.Methods,
            Authenticated = progress.At,
            Address = source.Text,
            UserAgent = source.UserAgent,
            IdentityProvider = progress.IdentityProvider,
            SecurityEpoch = progress.SecurityEpoch,
        };
        await audit.SigningInAsync(user, progress, source, "attempted", cancel);
        if (await take(signIn, cancel) is not ({ } signedIn, var raised))
        {
            await audit.SigningInAsync(user, progress, source, "refused", CancellationToken.None);
            return null;
        }

        await audit.SignedInAsync(user, signedIn.Session, source, raised);
        await limits.SucceededAsync(user.UserName!, source.KnownBrowser, CancellationToken.None);
        return signedIn;
    }

    /// <summary>Where a session that lacks nothing goes on: an absolute address, or a path of this host. Null: there is no such host.</summary>
    public async Task<string?> WayBackAsync(Session session, SignInRequest request, CancellationToken cancel)
    {
        if (request.Host is null)
            return request.Return ?? "/";
        if (await hosts.FindAsync(request.Host, cancel) is not { } known || await codes.CreateAsync(session.Id, request.Host, request.Browser!, cancel) is not { } code)
            return null;
        return QueryHelpers.AddQueryString($"{known.Origin}/.doorward/callback", new Dictionary<string, string?> { ["code"] = code, ["state"] = request.State });
    }

    /// <summary>Ends a session at its person's word: the one they ask from, or another of theirs.</summary>
    public async Task SignOutAsync(Session session, AttemptSource source, CancellationToken cancel, SessionEndCause cause = SessionEndCause.SignedOut)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleAsync(person => person.Id == session.UserId, cancel);
        await sessions.EndAsync(session.Id, SessionEnding.ByOwner(cause), cancel);
        await audit.SignedOutAsync(user, session.Id, source);
    }
}

/// <summary>What a session lacks for what was asked.</summary>
[Flags]
public enum Lacking
{
    Nothing = 0,
    Assurance = 1,
    Freshness = 2,
}
