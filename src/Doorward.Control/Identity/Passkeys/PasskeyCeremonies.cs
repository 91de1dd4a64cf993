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
/// required. What Identity leaves out stands here: a challenge is answered once, and a counter is raised under the write lock.
/// </summary>
public sealed class PasskeyCeremonies(
    DoorwardDb db, IPasskeyHandler<User> handler, UserManager<User> people, Credentials credentials, SignInLimits limits, SignInAudit audit, TimeProvider time)
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
    /// password; all in one write, so that no more answers than one can be past the limit before they count.
    /// </summary>
    public Task<FactorResult> ProveAsync(HttpContext http, string credential, string? state, AttemptSource source, CancellationToken cancel) =>
        db.WriteAsync<FactorResult>(async stop =>
        {
            var owner = await OwnerAsync(credential, stop);
            var known = owner is not null && source.KnownBrowser?.UserId == owner.Id;
            if (await limits.PasskeyWaitAsync(owner?.UserName, source, known, stop) is { } wait)
            {
                await audit.FailedAsync(owner?.UserName ?? "", owner?.Id, source, "passkey", "limited", stop);
                return new FactorResult.TooMany(wait);
            }

            if (state is not null && await IsFirstAnswerAsync(state, stop)
                && await AssertAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = state }) is { } progress)
                return new FactorResult.Proved(progress);
            await limits.PasskeyFailedAsync(db, owner?.UserName, source, known, stop);
            await audit.FailedAsync(owner?.UserName ?? "", owner?.Id, source, "passkey", "wrong", stop);
            return new FactorResult.Refused();
        }, cancel);

    private async Task<SignInProgress?> AssertAsync(PasskeyAssertionContext answer)
    {
        var result = await handler.PerformAssertionAsync(answer);
        if (!result.Succeeded || !result.Passkey.IsUserVerified || result.User.Disabled || result.User.IdentityProvider is not null)
            return null;
        await people.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        return new SignInProgress
        {
            UserId = result.User.Id,
            Methods = [Method(result.Passkey.IsBackupEligible), "mfa"],
            Assurance = 3,
            At = time.GetUtcNow(),
            SecurityEpoch = result.User.SecurityEpoch,
        };
    }

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
        return await credentials.ChangeOwnAsync(db, by, "passkey", "added", source, _ =>
        {
            db.UserPasskeys.Add(passkey);
            return null;
        }, cancel);
    }

    /// <summary>Takes the first passkey of a person who accepted an invitation, and says which method it is.</summary>
    public async Task<(CredentialProblem? Problem, string Method)> EnrolAsync(
        HttpContext http, User user, string credential, string? state, AttemptSource source, CancellationToken cancel)
    {
        if (await AttestAsync(http, user.Id, credential, state, null, cancel) is not { } passkey)
            return (NotAccepted, "");
        var problem = await credentials.ChangeAsync(db, user.Id, exceptSession: null, now =>
        {
            if (now.SecurityEpoch != user.SecurityEpoch)
                return new("passkey", "This was done already.", "Sign in.");
            db.UserPasskeys.Add(passkey);
            return null;
        }, cancel);
        if (problem is null)
            await credentials.AfterEnrolmentAsync(user.UserName!, "passkey", source, cancel);
        return (problem, Method(passkey.Data.IsBackupEligible));
    }

    public async Task<CredentialProblem?> RemoveAsync(Session by, byte[] id, AttemptSource source, CancellationToken cancel)
    {
        if (await db.UserPasskeys.SingleOrDefaultAsync(passkey => passkey.UserId == by.UserId && passkey.CredentialId == id, cancel) is not { } found)
            return new("passkey", "There is no such passkey.", "Reload the page.");
        return await credentials.ChangeOwnAsync(db, by, "passkey", "removed", source, _ =>
        {
            db.UserPasskeys.Remove(found);
            return null;
        }, cancel);
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

/// <summary>What the browser's authenticator is asked, and what must be kept to check its answer (encrypted, in the browser).</summary>
public sealed record PasskeyChallenge(PasskeyCeremony Ceremony, string OptionsJson, string? State);

/// <summary>What a challenge is for. The answer to the one is none to the other.</summary>
public enum PasskeyCeremony
{
    /// <summary>To sign in.</summary>
    Use,

    /// <summary>To register a new one.</summary>
    Make,
}
