using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.Passkeys;

/// <summary>
/// WebAuthn by ASP.NET Core Identity: user verification, our origin, our relying party and the signature counter are
/// required. What Identity leaves out stands here: a challenge is answered once, and the counter is compared and raised in one write.
/// </summary>
public sealed class PasskeyCeremonies(
    DoorwardDb db, IPasskeyHandler<User> handler, UserManager<User> people, Credentials credentials, SignInLimits limits, SignInAudit audit,
    AttemptSlots slots, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private const int LongestName = 64;
    private static readonly CredentialProblem NotAccepted =
        new("passkey", "The passkey was not accepted.", "Try again; it must check your fingerprint, face or PIN.");

    /// <summary>A challenge for any passkey of this site, or only those of one person.</summary>
    public async Task<PasskeyChallenge> AskAsync(HttpContext http, string? userId)
    {
        var user = userId is null ? null : await people.FindByIdAsync(userId);
        var made = await handler.MakeRequestOptionsAsync(user, http);
        return new PasskeyChallenge(PasskeyCeremony.Use, made.RequestOptionsJson, made.AssertionState);
    }

    /// <summary>A challenge to make a new passkey for a person.</summary>
    public async Task<PasskeyChallenge> OfferAsync(HttpContext http, string userId)
    {
        var user = await people.FindByIdAsync(userId) ?? throw new InvalidOperationException("The person does not exist.");
        var made = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = user.Id, Name = user.UserName!, DisplayName = user.DisplayName ?? user.UserName! }, http);
        return new PasskeyChallenge(PasskeyCeremony.Make, made.CreationOptionsJson, made.AttestationState);
    }

    /// <summary>
    /// Checks a signature. A passkey proves two factors at once, and to nobody but us: assurance 3. What fails counts like a failed
    /// password. Anybody can send answers, so the write lock is taken only for one whose signature is right, and to count.
    /// </summary>
    public async Task<FactorResult> ProveAsync(HttpContext http, string credential, string? state, AttemptSource source, CancellationToken cancel) =>
        await slots.RunAsync<FactorResult>(async () =>
        {
            var owner = await OwnerAsync(credential, cancel);
            var known = owner is not null && source.KnownBrowser?.UserId == owner.Id;
            if (await limits.PasskeyWaitAsync(owner?.UserName, source, known, cancel) is { } wait)
            {
                await audit.LimitedAsync(owner, source, "passkey", cancel);
                return new FactorResult.TooMany(wait);
            }

            if (state is not null && await AssertAsync(http, credential, state, cancel) is { } progress)
                return new FactorResult.Proved(progress);
            // Counted even when the asker has gone away meanwhile: hanging up must not make guesses free.
            await limits.PasskeyFailedAsync(owner?.UserName, source, known, CancellationToken.None);
            await audit.WrongAsync(owner, source, "passkey", CancellationToken.None);
            return new FactorResult.Refused();
        }, cancel) ?? new FactorResult.Busy();

    private async Task<SignInProgress?> AssertAsync(HttpContext http, string credential, string state, CancellationToken cancel)
    {
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = state });
        return result.Succeeded && result.Passkey.IsUserVerified ? await TakeAsync(result.User.Id, result.Passkey, state, cancel) : null;
    }

    // What was read before the lock may have changed since: challenge, person, passkey and counter are looked at again in it.
    private Task<SignInProgress?> TakeAsync(string userId, UserPasskeyInfo answered, string state, CancellationToken cancel) => db.WriteAsync(async stop =>
    {
        db.ChangeTracker.Clear();
        if (!await IsFirstAnswerAsync(state, stop)
            || await db.Users.AsNoTracking().SingleOrDefaultAsync(person => person.Id == userId, stop) is not { Disabled: false, IdentityProvider: null } user
            || await db.UserPasskeys.SingleOrDefaultAsync(kept => kept.UserId == userId && kept.CredentialId == answered.CredentialId, stop) is not { } passkey
            || !IsAhead(answered.SignCount, passkey.Data.SignCount))
            return null;
        passkey.Data.SignCount = answered.SignCount;
        passkey.Data.IsBackedUp = answered.IsBackedUp;
        passkey.Data.IsUserVerified = true;
        await db.SaveChangesAsync(stop);
        return new SignInProgress
        {
            UserId = user.Id,
            Methods = [Method(answered.IsBackupEligible), "mfa"],
            Assurance = 3,
            At = time.GetUtcNow(),
            SecurityEpoch = user.SecurityEpoch,
        };
    }, cancel);

    // WebAuthn Level 3 section 7.2, step 22: authenticators that do not count say 0 always.
    private static bool IsAhead(uint answered, uint kept) => (answered == 0 && kept == 0) || answered > kept;

    /// <summary>Whose passkey an answer says it is; null when it is nobody's, or the answer is no answer.</summary>
    private async Task<User?> OwnerAsync(string credential, CancellationToken cancel)
    {
        if (PasskeyAnswer.IdOf(credential) is not { } id)
            return null;
        return await db.UserPasskeys.AsNoTracking().Where(passkey => passkey.CredentialId == id)
            .Join(db.Users.AsNoTracking(), passkey => passkey.UserId, user => user.Id, (_, user) => user).SingleOrDefaultAsync(cancel);
    }

    /// <summary>Takes a new passkey of the person who asks.</summary>
    public async Task<CredentialProblem?> AddAsync(HttpContext http, Session by, string credential, string? state, string? name, AttemptSource source, CancellationToken cancel)
    {
        if (await AttestAsync(http, by.UserId, credential, state, name, cancel) is not { } passkey)
            return NotAccepted;
        return await credentials.ChangeOwnAsync(db, by, "passkey", "added", source, _ => db.UserPasskeys.Add(passkey), cancel);
    }

    /// <summary>Takes the first passkey of a person who accepted an invitation, and says which method it is.</summary>
    public async Task<(CredentialProblem? Problem, string Method)> EnrolAsync(
        HttpContext http, User user, string credential, string? state, AttemptSource source, CancellationToken cancel)
    {
        if (await AttestAsync(http, user.Id, credential, state, null, cancel) is not { } passkey)
            return (NotAccepted, "");
        var problem = await credentials.EnrolAsync(db, user, user.SecurityEpoch, "passkey", source, _ => db.UserPasskeys.Add(passkey), cancel);
        return (problem, Method(passkey.Data.IsBackupEligible));
    }

    public async Task<CredentialProblem?> RemoveAsync(Session by, byte[] id, AttemptSource source, CancellationToken cancel)
    {
        if (await db.UserPasskeys.SingleOrDefaultAsync(passkey => passkey.UserId == by.UserId && passkey.CredentialId == id, cancel) is not { } found)
            return new("passkey", "There is no such passkey.", "Reload the page.");
        return await credentials.ChangeOwnAsync(db, by, "passkey", "removed", source, _ => db.UserPasskeys.Remove(found), cancel);
    }

    /// <summary>Checks a new passkey for a person and gives the row to keep; null when it is not acceptable.</summary>
    internal async Task<IdentityUserPasskey<string>?> AttestAsync(HttpContext http, string userId, string credential, string? state, string? name, CancellationToken cancel)
    {
        if (state is null || !await db.WriteAsync(stop => IsFirstAnswerAsync(state, stop), cancel))
            return null;
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = state });
        if (!result.Succeeded || result.UserEntity.Id != userId || !result.Passkey.IsUserVerified
            || await db.UserPasskeys.AnyAsync(known => known.CredentialId == result.Passkey.CredentialId, cancel))
            return null;
        var passkey = result.Passkey;
        return new IdentityUserPasskey<string>
        {
            UserId = userId,
            CredentialId = passkey.CredentialId,
            Data = new IdentityPasskeyData
            {
                PublicKey = passkey.PublicKey,
                Name = string.IsNullOrWhiteSpace(name) ? "Passkey" : name.Trim()[..Math.Min(name.Trim().Length, LongestName)],
                CreatedAt = time.GetUtcNow(),
                SignCount = passkey.SignCount,
                Transports = passkey.Transports,
                IsUserVerified = passkey.IsUserVerified,
                IsBackupEligible = passkey.IsBackupEligible,
                IsBackedUp = passkey.IsBackedUp,
                AttestationObject = passkey.AttestationObject,
                ClientDataJson = passkey.ClientDataJson,
            },
        };
    }

    // A passkey that can be synchronised lives in software somewhere (RFC 8176).
    private static string Method(bool backupEligible) => backupEligible ? "swk" : "hwk";

    // The challenge lives in the browser's encrypted cookie; that it was answered must be known here.
    private async Task<bool> IsFirstAnswerAsync(string state, CancellationToken cancel)
    {
        var key = $"challenge:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)))}";
        if (await db.RateLimits.AnyAsync(counter => counter.Key == key, cancel))
            return false;
        db.RateLimits.Add(new RateLimitCounter { Key = key, Window = time.GetUtcNow(), Count = 1 });
        await db.SaveChangesAsync(cancel);
        return true;
    }
}
