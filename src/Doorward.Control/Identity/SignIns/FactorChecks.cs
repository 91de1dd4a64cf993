using Doorward.Control.Identity.Passwords;
using Doorward.Control.Identity.Totp;
using Doorward.Control.Storage;
using Doorward.Core.Evidences;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.SignIns;

/// <summary>
/// Checks passwords and codes. Every way to fail looks the same from outside: same answer, same work, whether the
/// person exists or not (ASVS 5.0 6.3.8). Passkeys are checked by <see cref="Passkeys.PasskeyCeremonies"/>.
/// </summary>
public sealed class FactorChecks(
    IDbContextFactory<DoorwardDb> databases, PasswordHashing hashing, SignInLimits limits, SecretSealer sealer, SignInAudit audit, TimeProvider time)
{
    private static readonly string[] OneTimePassword = ["otp", "mfa"];

    public async Task<FactorResult> PasswordAsync(string name, string password, AttemptSource source, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var normal = UserNames.Normalize(name);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(person => person.NormalizedUserName == normal && person.Kind == SubjectKind.User, cancel);
        return await InTurnAsync(name, user, source, "password", async () =>
        {
            // First of all, so that it costs the same for everyone.
            var right = hashing.Verify(user?.PasswordHash, password);
            if (!right || user is null || user.Disabled || user.IdentityProvider is not null)
                return null;
            await RehashAsync(db, user, password, cancel);
            return new SignInProgress { UserId = user.Id, Methods = ["pwd"], Assurance = 1, At = time.GetUtcNow(), SecurityEpoch = user.SecurityEpoch };
        }, cancel);
    }

    public Task<FactorResult> CodeAsync(SignInProgress progress, string code, AttemptSource source, CancellationToken cancel) =>
        SecondAsync(progress, source, "totp", (db, user) => UseStepAsync(db, user, code, cancel), cancel);

    public Task<FactorResult> RecoveryCodeAsync(SignInProgress progress, string code, AttemptSource source, CancellationToken cancel) =>
        SecondAsync(progress, source, "recovery-code", (db, user) => RecoveryCodes.UseAsync(db, user.Id, code, time.GetUtcNow(), cancel), cancel);

    private async Task<FactorResult> SecondAsync(
        SignInProgress progress, AttemptSource source, string factor, Func<DoorwardDb, User, Task<bool>> check, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(person => person.Id == progress.UserId, cancel);
        if (user is null || !IsStillFor(user, progress))
            return new FactorResult.Refused();
        return await InTurnAsync(user.UserName!, user, source, factor, async () =>
            await db.WriteAsync(async stop => await db.Users.SingleOrDefaultAsync(person => person.Id == user.Id, stop) is { } now
                && IsStillFor(now, progress) && await check(db, now), cancel)
            ? progress with { Methods = [.. progress.Methods.Union(OneTimePassword)], Assurance = Math.Max(2, progress.Assurance) }
            : null, cancel);
    }

    // Limits are read, the factor checked and the failure counted in one slot: no more attempts than slots can be past
    // the limit before their failures count.
    private async Task<FactorResult> InTurnAsync(
        string name, User? user, AttemptSource source, string factor, Func<Task<SignInProgress?>> check, CancellationToken cancel)
    {
        var known = user is not null && source.KnownBrowser?.UserId == user.Id;
        return await hashing.InSlotAsync<FactorResult>(async () =>
        {
            if (await limits.WaitAsync(name, source, known, cancel) is { } wait)
            {
                await audit.LimitedAsync(user, source, factor, cancel);
                return new FactorResult.TooMany(wait);
            }
            if (await check() is { } progress)
                return new FactorResult.Proved(progress);
            // Counted even when the asker has gone away meanwhile: hanging up must not make guesses free.
            await limits.FailedAsync(name, source, known, CancellationToken.None);
            await audit.WrongAsync(user, source, factor, CancellationToken.None);
            return new FactorResult.Refused();
        }, cancel) ?? new FactorResult.Busy();
    }

    // A code is good once, also in parallel: the caller's write lets nobody in between reading and raising the step.
    private async Task<bool> UseStepAsync(DoorwardDb db, User user, string code, CancellationToken cancel)
    {
        if (user.TotpSecretSealed is not { } secret)
            return false;
        var totp = TotpSecret.FromBytes(sealer.Unseal(SecretPurposes.Totp, user.Id, secret));
        if (totp.Match(code, time.GetUtcNow()) is not { } step || step <= user.TotpLastStep)
            return false;
        user.TotpLastStep = step;
        await db.SaveChangesAsync(cancel);
        return true;
    }

    private async Task RehashAsync(DoorwardDb db, User user, string password, CancellationToken cancel)
    {
        if (!PasswordHashing.IsOld(user.PasswordHash!))
            return;
        var hash = hashing.Hash(password);
        await db.WriteAsync(async stop =>
        {
            var now = await db.Users.SingleAsync(person => person.Id == user.Id, stop);
            if (now.PasswordHash == user.PasswordHash)
                now.PasswordHash = hash;
            await db.SaveChangesAsync(stop);
        }, cancel);
    }

    private static bool IsStillFor(User user, SignInProgress progress) => !user.Disabled && user.SecurityEpoch == progress.SecurityEpoch;
}
