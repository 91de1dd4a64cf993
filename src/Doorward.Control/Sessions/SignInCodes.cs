using System.Security.Cryptography;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Sessions;

/// <summary>The hand-over of a sign-in from the auth host to one application host, by a code that works once, there, in that browser.</summary>
public sealed class SignInCodes(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>A code for a live session; <paramref name="browser"/> is the base64url SHA-256 that the gateway sent the browser with.</summary>
    public async Task<string?> CreateAsync(string sessionId, string host, byte[] browser, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            var now = time.GetUtcNow();
            if (!await db.Sessions.AnyAsync(s => s.Id == sessionId && s.Ended == null && s.Expires > now, token))
            {
                return null;
            }

            var code = Credential.New();
            db.SignInTickets.Add(new SignInTicket
            {
                Hash = Credential.Hash(code),
                SessionId = sessionId,
                Host = host,
                BrowserHash = browser,
                Expires = now + Lifetime,
            });
            await db.SaveChangesAsync(token);
            return code;
        }, ct);
    }

    /// <summary>
    /// Uses a code up. Whatever comes of it, it is gone: a code shown at the wrong host or by the wrong browser has leaked.
    /// The session's earlier handle at this host ends.
    /// </summary>
    public async Task<Redeemed?> RedeemAsync(string code, string host, string browserNonce, CancellationToken ct)
    {
        var hash = Credential.Hash(code);
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            var ticket = await db.SignInTickets.SingleOrDefaultAsync(t => t.Hash == hash, token);
            if (ticket is null)
            {
                return null;
            }

            db.SignInTickets.Remove(ticket);
            var redeemed = Matches(ticket, host, browserNonce) ? await HandOverAsync(db, ticket, token) : null;
            await db.SaveChangesAsync(token);
            return redeemed is null ? null : redeemed with { Revision = await RevisionAsync(db, token) };
        }, ct);
    }

    private bool Matches(SignInTicket ticket, string host, string browserNonce) =>
        ticket.Expires > time.GetUtcNow()
        && ticket.Host == host
        && CryptographicOperations.FixedTimeEquals(ticket.BrowserHash, Credential.Hash(browserNonce));

    private async Task<Redeemed?> HandOverAsync(DoorwardDb db, SignInTicket ticket, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var session = await db.Sessions.SingleOrDefaultAsync(s => s.Id == ticket.SessionId && s.Ended == null && s.Expires > now, ct);
        var user = session is null ? null : await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == session.UserId && !u.Disabled, ct);
        if (session is null || user is null)
        {
            return null;
        }

        db.Handles.RemoveRange(await db.Handles.Where(h => h.SessionId == session.Id && h.Host == ticket.Host).ToListAsync(ct));

        // One live handle per session and host: the old one must be gone before the unique index sees the new one.
        await db.SaveChangesAsync(ct);
        var handle = Credential.New();
        db.Handles.Add(new Handle { Hash = Credential.Hash(handle), SessionId = session.Id, Host = ticket.Host, Created = now });
        session.LastUse = now;
        return new Redeemed(handle, session, user, 0);
    }

    // The session may be newer than anything this wrote: the gateway waits for what it is about to serve.
    private static async Task<long> RevisionAsync(DoorwardDb db, CancellationToken ct) => (await Changes.ChangeLog.HeadAsync(db, ct)).Revision;
}
