using System.Buffers.Text;
using System.Security.Cryptography;
using Doorward.Control.Audit;
using Doorward.Control.Storage;
using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.Invitations;

/// <summary>Links that let one person set up their sign-in: good once, for 24 hours, kept as a hash.</summary>
public sealed class InvitationLinks(IDbContextFactory<DoorwardDb> databases, InstallationAddress address, AuditLog audit, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Tells the id of a link that was used up in this process.</summary>
    public event Action<string>? Redeemed;

    /// <summary>Whether an account is one that a link is made for: of somebody who signs in here, and may.</summary>
    public static bool AreFor(User user) => user is { Kind: SubjectKind.User, Disabled: false, IdentityProvider: null };

    /// <summary>A new link for a person; links made for them before stop working, and so does an enrolment that one of them began.</summary>
    public async Task<InvitationLink> CreateAsync(string userId, string createdBy, CancellationToken cancel)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleAsync(person => person.Id == userId, cancel);
        var id = Identifier.New("inv");
        await db.WriteAsync(async stop =>
        {
            db.Invitations.RemoveRange(await db.Invitations.Where(invitation => invitation.UserId == userId).ToListAsync(stop));
            db.Invitations.Add(new Invitation
            {
                Id = id,
                UserId = userId,
                Hash = Hash(secret),
                CreatedBy = createdBy,
                Created = now,
                Expires = now + Lifetime,
            });
            await db.SaveChangesAsync(stop);
        }, cancel);
        await RecordAsync(AuditValue.Personal(createdBy), "invitation.create", user, CancellationToken.None);
        return new InvitationLink(id, $"{address.AuthOrigin}/invitation/{secret}", now + Lifetime);
    }

    /// <summary>Whether a link is still good; changes nothing, so that a mail program that looks at links does not use it up.</summary>
    public async Task<bool> IsGoodAsync(string secret, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await FindAsync(db, secret, cancel) is { } invitation && await InvitedAsync(db, invitation, cancel) is not null;
    }

    /// <summary>Uses a link up and says whom it is for; null when it is unknown, expired or used. Once, also in parallel.</summary>
    public async Task<AcceptedInvitation?> RedeemAsync(string secret, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var accepted = await db.WriteAsync(async stop =>
        {
            if (await FindAsync(db, secret, stop) is not { } invitation)
                return null;
            invitation.Used = time.GetUtcNow();
            await db.SaveChangesAsync(stop);
            return await InvitedAsync(db, invitation, stop) is { } person ? new AcceptedInvitation(person, invitation.Id) : null;
        }, cancel);
        if (accepted is not null)
        {
            Redeemed?.Invoke(accepted.Id);
            await RecordAsync(AuditValue.Personal(accepted.Person.UserName), "invitation.redeem", accepted.Person, CancellationToken.None);
        }

        return accepted;
    }

    /// <summary>Whom an accepted invitation still lets set up their sign-in.</summary>
    public async Task<User?> FindAcceptedAsync(string invitationId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Invitations.AsNoTracking().SingleOrDefaultAsync(one => one.Id == invitationId && one.Used != null, cancel) is { } invitation
            ? await InvitedAsync(db, invitation, cancel)
            : null;
    }

    /// <summary>Whether a link, used or not, is the one of this id.</summary>
    public async Task<bool> IsAsync(string secret, string invitationId, CancellationToken cancel)
    {
        var hash = Hash(secret);
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Invitations.AnyAsync(invitation => invitation.Id == invitationId && invitation.Hash == hash, cancel);
    }

    private static async Task<User?> InvitedAsync(DoorwardDb db, Invitation invitation, CancellationToken cancel) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(person => person.Id == invitation.UserId && !person.Disabled, cancel) is { } person
            && await InvitationAuthority.HoldsAsync(db, invitation.CreatedBy, person, cancel) ? person : null;

    private async Task<Invitation?> FindAsync(DoorwardDb db, string secret, CancellationToken cancel)
    {
        var (hash, now) = (Hash(secret), time.GetUtcNow());
        return await db.Invitations.SingleOrDefaultAsync(invitation => invitation.Hash == hash && invitation.Used == null && invitation.Expires > now, cancel);
    }

    private async Task RecordAsync(AuditValue actor, string action, User user, CancellationToken cancel) => await audit.AppendAsync(new AuditRecord
    {
        Kind = AuditKind.Administration,
        Actor = actor,
        Action = action,
        Target = AuditValue.Personal(user.UserName),
        Outcome = "done",
    }, cancel);

    private static byte[] Hash(string secret) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret));
}

/// <summary>An invitation that was accepted, and whom it is for.</summary>
public sealed record AcceptedInvitation(User Person, string Id);

/// <summary>A link to give to one person. The address holds the secret: print it, never log it.</summary>
public sealed record InvitationLink(string Id, string Address, DateTimeOffset Expires);
