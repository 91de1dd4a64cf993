using Doorward.Control.Identity.Passwords;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Identity.Totp;
using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity;

/// <summary>
/// What people sign in with. Every change raises the security epoch, which voids half-finished sign-ins, and ends every
/// other session in the same transaction (ASVS 5.0 7.4.3). That the person proved themselves just now is the caller's
/// to have checked.
/// </summary>
public sealed partial class Credentials(
    IDbContextFactory<DoorwardDb> databases, PasswordHashing hashing, SecretSealer sealer, SignInLimits limits, SignInAudit audit,
    AdministratorAccess administrators, TimeProvider time)
{
    private static readonly CredentialProblem WrongCode =
        new("code", "That is not the code the app shows for this secret.", "Check that the clock of your device is right, and enter the newest code.");

    private static readonly CredentialProblem LastWayIn = new("factors", "You are the last administrator, and could not come into the console without it.",
        "First add another factor, or give somebody else a second factor and a place in the group administrators.");

    private static readonly CredentialProblem LastOfAll = new("name", "This is the last administrator: nobody could come into the console after it.",
        "First give somebody else a second factor and a place in the group administrators.");

    private static readonly CredentialProblem SignsInElsewhere =
        new("provider", "Who signs in through another provider has no factors here: they would outlive the account there.", "Change them at the provider.");

    private static readonly CredentialProblem Busy = new("password", "The system is busy, so nothing was changed.", "Try again in a moment.");

    /// <summary>Which factors a person has.</summary>
    public async Task<PersonFactors> FindAsync(string userId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleAsync(person => person.Id == userId, cancel);
        var passkeys = await db.UserPasskeys.AsNoTracking().Where(passkey => passkey.UserId == userId).ToListAsync(cancel);
        var codes = await db.RecoveryCodes.CountAsync(code => code.UserId == userId && code.Used == null, cancel);
        return new PersonFactors(user, user.PasswordHash is not null, user.TotpSecretSealed is not null, codes,
            [.. passkeys.OrderBy(passkey => passkey.Data.CreatedAt).Select(passkey => new OwnPasskey(passkey.CredentialId, passkey.Data.Name, passkey.Data.CreatedAt))]);
    }

    /// <summary>Why credentials for import are refused whoever they are for, or null.</summary>
    public static CredentialProblem? Refuse(string? password, string? totpSecret, string name, string? email)
    {
        if (totpSecret is not null && TotpSecret.Parse(totpSecret) is null)
            return new("totpSecret", "The secret is not Base32 of at least 16 bytes.", "Give it as authenticator apps print it: letters A to Z and digits 2 to 7, 26 or more of them.");
        return password is not null && PasswordRules.Refuse(password, name, email) is { } reason
            ? new("password", "The password is refused.", reason)
            : null;
    }

    /// <summary>
    /// Sets the credentials an administrator imports. What is null stays as it is; without <paramref name="replace"/>, what
    /// is set already is refused. With it, passkeys and recovery codes go: who replaces may do so because somebody else had
    /// been there, and what those made must not outlive it. Returns why nothing was done, or null.
    /// </summary>
    public async Task<CredentialProblem?> ImportAsync(
        string userId, string? password, string? totpSecret, bool replace, string actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        db.Actor = actor;
        var before = await db.Users.AsNoTracking().SingleAsync(person => person.Id == userId, cancel);
        if (Refuse(password, totpSecret, before.UserName!, before.Email) is { } refusal)
            return refusal;
        var secret = totpSecret is null ? null : TotpSecret.Parse(totpSecret);
        var hash = password is null ? null : hashing.Hash(password);
        var factor = hash is null ? "totp" : secret is null ? "password" : "password and totp";
        var problem = await audit.FactorsAsync(new FactorChange(actor, before.UserName!, factor, "imported", null), () => ChangeAsync(db, userId, By.Administrator, async (user, stop) =>
        {
            if (!replace && ((hash is not null && user.PasswordHash is not null) || (secret is not null && user.TotpSecretSealed is not null)))
                return new("replace", $"{user.UserName} has credentials already.", "Say --replace to set new ones; the old ones stop working.");
            if (replace)
                await RemoveAsync(db, user, keepsPasswordAndTotp: true, stop);
            user.PasswordHash = hash ?? user.PasswordHash;
            if (secret is not null)
                SetTotp(user, secret);
            return null;
        }, cancel), cancel);
        if (problem is null)
            await limits.UnlockAsync(before.UserName!, CancellationToken.None);
        return problem;
    }

    /// <summary>
    /// Sets up password and TOTP of a person who accepted an invitation; void if anything was set since. Every other factor goes:
    /// a link is how an account comes back to its owner.
    /// </summary>
    public async Task<CredentialProblem?> EnrolAsync(
        string userId, long epoch, string password, string secret, string code, AttemptSource source, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var before = await db.Users.AsNoTracking().SingleAsync(person => person.Id == userId, cancel);
        if (PasswordRules.Refuse(password, before.UserName!, before.Email) is { } reason)
            return new("password", "Choose another password.", reason);
        if (TotpSecret.Parse(secret) is not { } totp || totp.Match(code, time.GetUtcNow()) is not { } step)
            return WrongCode;
        if (await hashing.InSlotAsync<string>(() => Task.FromResult(hashing.Hash(password)), cancel) is not { } hash)
            return Busy;
        return await EnrolAsync(db, before, epoch, "password and totp", source, user =>
        {
            user.PasswordHash = hash;
            SetTotp(user, totp);
            user.TotpLastStep = step;
        }, cancel);
    }

    /// <summary>Puts the first factors of a person who accepted an invitation in the place of all others.</summary>
    internal async Task<CredentialProblem?> EnrolAsync(
        DoorwardDb db, User person, long epoch, string factor, AttemptSource source, Action<User> set, CancellationToken cancel)
    {
        var problem = await audit.FactorsAsync(FactorChange.Own(person.UserName!, factor, "enrolled", source), () => ChangeAsync(db, person.Id, By.Owner(exceptSession: null), async (user, stop) =>
        {
            if (user.SecurityEpoch != epoch)
                return new("code", "This was done already.", "Sign in.");
            await RemoveAsync(db, user, keepsPasswordAndTotp: false, stop);
            set(user);
            return null;
        }, cancel), cancel);
        if (problem is null)
            await limits.UnlockAsync(person.UserName!, CancellationToken.None);
        return problem;
    }

    /// <summary>Takes away everything a person signs in with; they come back by an invitation. Whose session it ends is told the reason.</summary>
    public async Task<CredentialProblem?> RemoveAllAsync(string userId, string actor, string? reason, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        db.Actor = actor;
        var name = await db.Users.Where(person => person.Id == userId).Select(person => person.UserName!).SingleAsync(cancel);
        return await audit.FactorsAsync(new FactorChange(actor, name, "all", "removed", null), () => ChangeAsync(db, userId, By.Administrator with { Reason = reason }, async (user, stop) =>
        {
            await RemoveAsync(db, user, keepsPasswordAndTotp: false, stop);
            return null;
        }, cancel), cancel);
    }

    internal void SetTotp(User user, TotpSecret secret)
    {
        user.TotpSecretSealed = sealer.Seal(SecretPurposes.Totp, user.Id, secret.Bytes);
        user.TotpLastStep = 0;
    }

    private async Task<CredentialProblem?> ChangeAsync(
        DoorwardDb db, string userId, By by, Func<User, CancellationToken, Task<CredentialProblem?>> apply, CancellationToken cancel)
    {
        try
        {
            return await db.WriteAsync(stop => WriteAsync(db, userId, by, apply, stop), cancel);
        }
        catch (LockOutException)
        {
            return by.Initiator == Sessions.Initiators.Admin ? LastOfAll : LastWayIn;
        }
    }

    private static async Task RemoveAsync(DoorwardDb db, User user, bool keepsPasswordAndTotp, CancellationToken stop)
    {
        db.UserPasskeys.RemoveRange(await db.UserPasskeys.Where(passkey => passkey.UserId == user.Id).ToListAsync(stop));
        db.RecoveryCodes.RemoveRange(await db.RecoveryCodes.Where(code => code.UserId == user.Id).ToListAsync(stop));
        db.Invitations.RemoveRange(await db.Invitations.Where(invitation => invitation.UserId == user.Id).ToListAsync(stop));
        if (!keepsPasswordAndTotp)
            (user.PasswordHash, user.TotpSecretSealed) = (null, null);
    }

    private async Task<CredentialProblem?> WriteAsync(
        DoorwardDb db, string userId, By by, Func<User, CancellationToken, Task<CredentialProblem?>> apply, CancellationToken stop)
    {
        var hadWayIn = await administrators.HaveWayInAsync(db, stop);
        var user = await db.Users.SingleAsync(person => person.Id == userId, stop);
        if ((user.IdentityProvider is null ? await apply(user, stop) : SignsInElsewhere) is { } problem)
            return problem;
        user.SecurityEpoch++;
        foreach (var session in await db.Sessions.Where(session => session.UserId == userId && session.Ended == null && session.Kind != Sessions.SessionKinds.Token).ToListAsync(stop))
        {
            if (session.Id == by.Session)
                session.SecurityEpoch = user.SecurityEpoch;
            else
                SessionEndings.End(session, time.GetUtcNow(), new(SessionEndCause.FactorsChanged, by.Initiator, by.Reason, db.Actor));
        }
        await db.SaveChangesAsync(stop);
        // Written first and asked then, as it would stand, in the one write that two removals at once cannot share.
        return hadWayIn && !await administrators.HaveWayInAsync(db, stop) ? throw new LockOutException() : null;
    }

    /// <summary>Whose act a change is, and from which session, which goes on; an invitation is the person's own act from none.</summary>
    private readonly record struct By(string Initiator, string? Session, string? Reason = null)
    {
        public static By Administrator => new(Sessions.Initiators.Admin, null);

        public static By Owner(string? exceptSession) => new(Sessions.Initiators.User, exceptSession);
    }

    // Takes the transaction back; never leaves the class.
    private sealed class LockOutException : Exception;
}
