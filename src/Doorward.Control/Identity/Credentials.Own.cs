using Doorward.Control.Identity.Passwords;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Identity.Totp;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity;

/// <summary>What people change about how they sign in themselves.</summary>
public sealed partial class Credentials
{
    public async Task<CredentialProblem?> SetPasswordAsync(Session by, string password, AttemptSource source, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var before = await db.Users.AsNoTracking().SingleAsync(person => person.Id == by.UserId, cancel);
        if (PasswordRules.Refuse(password, before.UserName!, before.Email) is { } reason)
            return new("password", "The password was not changed.", reason);
        if (await hashing.InSlotAsync<string>(() => Task.FromResult(hashing.Hash(password)), cancel) is not { } hash)
            return Busy;
        return await ChangeOwnAsync(db, by, "password", "changed", source, user => user.PasswordHash = hash, cancel);
    }

    /// <summary>Takes a new TOTP secret once the person has shown that their app makes its codes.</summary>
    public async Task<CredentialProblem?> SetTotpAsync(Session by, string secret, string code, AttemptSource source, CancellationToken cancel)
    {
        var totp = TotpSecret.Parse(secret);
        if (totp?.Match(code, time.GetUtcNow()) is not { } step)
            return WrongCode;
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await ChangeOwnAsync(db, by, "totp", "added", source, user =>
        {
            SetTotp(user, totp);
            user.TotpLastStep = step;
        }, cancel);
    }

    public async Task<CredentialProblem?> RemoveTotpAsync(Session by, AttemptSource source, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await ChangeOwnAsync(db, by, "totp", "removed", source, user => user.TotpSecretSealed = null, cancel);
    }

    /// <summary>Ten new codes; the old ones stop working. Other sessions go on: nobody was let in by this.</summary>
    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(Session by, AttemptSource source, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleAsync(person => person.Id == by.UserId, cancel);
        if (user.IdentityProvider is not null)
            return [];
        IReadOnlyList<string> codes = [];
        await audit.FactorsAsync(FactorChange.Own(user.UserName!, "recovery-codes", "replaced", source), async () =>
        {
            codes = await db.WriteAsync(async stop =>
            {
                var made = await RecoveryCodes.ReplaceAsync(db, by.UserId, stop);
                await db.SaveChangesAsync(stop);
                return made;
            }, cancel);
            return null;
        }, cancel);
        return codes;
    }

    /// <summary>Runs a change of factors of the person who asks; their own session goes on, all others end.</summary>
    internal async Task<CredentialProblem?> ChangeOwnAsync(
        DoorwardDb db, Session by, string factor, string change, AttemptSource source, Action<User> apply, CancellationToken cancel)
    {
        var name = await db.Users.Where(user => user.Id == by.UserId).Select(user => user.UserName!).SingleAsync(cancel);
        return await audit.FactorsAsync(FactorChange.Own(name, factor, change, source), () => ChangeAsync(db, by.UserId, By.Owner(by.Id), (user, _) =>
        {
            apply(user);
            return Task.FromResult<CredentialProblem?>(null);
        }, cancel), cancel);
    }
}
