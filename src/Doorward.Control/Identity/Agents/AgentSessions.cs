using System.Security.Claims;
using Doorward.Control.Devices;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Control.Tokens;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace Doorward.Control.Identity.Agents;

/// <summary>A session for the command line, and the text of its token, which is known only now.</summary>
public sealed record AgentSignedIn(Session Session, string UserName, string Token)
{
    // A record prints its members, and the text must never reach a log.
    public override string ToString() => nameof(AgentSignedIn);
}

/// <summary>
/// Sessions of <c>doorward-agent login</c>. One begins in the session of the browser that allowed it, with what that proved and when, and
/// goes on by itself: with limits, a row and an end of its own. It lasts no longer than a sign-in of that moment would.
/// </summary>
public sealed class AgentSessions(IDbContextFactory<DoorwardDb> databases, SignInAudit audit, TimeProvider time)
{
    private const string Program = "doorward-agent";

    /// <summary>What its machine said its name is.</summary>
    public static string MachineOf(Session session) =>
        session.UserAgent is { } agent && agent.StartsWith($"{Program} ", StringComparison.Ordinal) ? agent[(Program.Length + 1)..] : "?";

    /// <summary>Begins the session that a code was allowed for; null when nothing stands behind it any more, or the code was used before.</summary>
    internal async Task<AgentSignedIn?> BeginAsync(ClaimsPrincipal allowed, string code, AttemptSource source, CancellationToken cancel)
    {
        var parentId = allowed.GetClaim(OidcSubjects.SessionClaim);
        var machine = allowed.GetClaim(AgentClient.MachineClaim) ?? "?";
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (await FindAsync(db, parentId, cancel) is not var (asking, person))
            return null;
        await audit.AgentAsync(person, asking, null, machine, source, "attempted", cancel);
        var text = TokenIssuer.Prefix + Credential.New();
        var session = await db.WriteAsync(async stop =>
        {
            if (await FindAsync(db, parentId, stop) is not var (parent, user) || await IsUsedAsync(db, code, stop))
                return null;
            var made = Make(parent, user, machine, source, await db.Settings.Select(settings => settings.AbsoluteTimeout).SingleAsync(stop));
            db.Tokens.Add(new Token
            {
                Id = TokenIdOf(code),
                Name = Program,
                Hash = Credential.Hash(text),
                UserId = user.Id,
                SessionId = made.Id,
                Session = made,
                // None by name: what it opens is tunnels, and policy says which.
                Applications = [],
                CreatedBy = user.UserName!,
                Created = made.Created,
                Expires = made.Expires,
            });
            await db.SaveChangesAsync(stop);
            return made;
        }, cancel);
        await audit.AgentAsync(person, session ?? asking, session?.Id, machine, source, session is null ? "refused" : "done", CancellationToken.None);
        return session is null ? null : new AgentSignedIn(session, person.UserName!, text);
    }

    /// <summary>A code that comes a second time has leaked: what it was used for ends (RFC 6749 section 4.1.2). Whether it was used.</summary>
    internal async Task<bool> EndUsedAsync(string code, CancellationToken cancel)
    {
        var id = TokenIdOf(code);
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (!await db.Tokens.AnyAsync(token => token.Id == id, cancel))
            return false;
        await db.WriteAsync(async stop =>
        {
            var token = await db.Tokens.Include(token => token.Session).SingleAsync(token => token.Id == id, stop);
            token.Ended ??= time.GetUtcNow();
            token.EndReason ??= TokenIssuer.Revoked;
            SessionEndings.End(token.Session!, time.GetUtcNow(), SessionEnding.BySystem(SessionEndCause.TokenRevoked));
            await db.SaveChangesAsync(stop);
        }, cancel);
        return true;
    }

    /// <summary>The live session of a token, and its person.</summary>
    public async Task<(Session Session, User User)?> FindByTokenAsync(string text, CancellationToken cancel)
    {
        var (hash, now) = (Credential.Hash(text), time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancel);
        var id = await db.Tokens.Where(token => token.Hash == hash && token.Ended == null && token.Expires > now && token.Session!.Kind == SessionKinds.Agent)
            .Select(token => token.SessionId).SingleOrDefaultAsync(cancel);
        return id is null ? null : await FindAsync(db, id, cancel);
    }

    /// <summary>
    /// Makes the session a device's: from then on another device's certificate is refused beside it. Only its own person's device, or one
    /// that is nobody's, may; and only while it may do anything.
    /// </summary>
    internal async Task<(Session? Session, DeviceProblem? Problem)> BindAsync(string id, AskingDevice device, CancellationToken cancel)
    {
        if (device.Standing != DeviceStanding.Active)
            return (null, DeviceProblems.Held);
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.WriteAsync<(Session?, DeviceProblem?)>(async stop =>
        {
            var session = await db.Sessions.SingleOrDefaultAsync(session => session.Id == id && session.Ended == null, stop);
            if (session is null || (session.DeviceId is { } bound && bound != device.Id))
                return (null, DeviceProblems.OtherSession);
            if (device.OwnerId is { } owner && owner != session.UserId)
                return (null, DeviceProblems.OtherOwner);
            session.DeviceId = device.Id;
            await db.SaveChangesAsync(stop);
            return (session, null);
        }, cancel);
    }

    private async Task<(Session Session, User User)?> FindAsync(DoorwardDb db, string? id, CancellationToken cancel)
    {
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.Id == id && session.Ended == null, cancel);
        if (session is null || !SessionLimits.IsLive(session, time.GetUtcNow(), await SessionLimits.IdleTimeoutAsync(db, cancel)))
            return null;
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == session.UserId && !user.Disabled, cancel);
        return user is null ? null : (session, user);
    }

    private Session Make(Session parent, User user, string machine, AttemptSource source, TimeSpan longest)
    {
        var now = time.GetUtcNow();
        return new Session
        {
            UserId = user.Id,
            Kind = SessionKinds.Agent,
            Assurance = parent.Assurance,
            Methods = parent.Methods,
            Created = now,
            Authenticated = parent.Authenticated,
            // From the proof on, so that a session made of a session never lengthens what was proved once.
            Expires = parent.Authenticated + longest,
            LastUse = now,
            Address = source.Text,
            LastAddress = source.Text,
            UserAgent = $"{Program} {machine}",
            IdentityProvider = parent.IdentityProvider,
            SecurityEpoch = parent.SecurityEpoch,
        };
    }

    // Two that bring one code at once are told apart here, under the write lock: the second was counted before its refusal.
    private static async Task<bool> IsUsedAsync(DoorwardDb db, string code, CancellationToken cancel)
    {
        var (id, key) = (TokenIdOf(code), OneTimeTokens.SecondUseKey(code));
        return await db.Tokens.AnyAsync(token => token.Id == id, cancel) || await db.RateLimits.AnyAsync(counter => counter.Key == key, cancel);
    }

    private static string TokenIdOf(string code) => $"tok_{Convert.ToHexStringLower(Credential.Hash(code).AsSpan(0, 16))}";
}
