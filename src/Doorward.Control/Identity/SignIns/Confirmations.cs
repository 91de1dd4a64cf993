using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.SignIns;

/// <summary>
/// Whether a session was authenticated a short while ago, with a passkey when its person has one, else with the strongest they have: a
/// page that was left open, or a cookie that was stolen, is not enough for what is dangerous (ASVS 5.0 7.5.3). A sign-in counts like a
/// confirmation after it; both are the session's time of authentication.
/// </summary>
public sealed class Confirmations(IDbContextFactory<DoorwardDb> databases, InstallationAddress address, TimeProvider time)
{
    private const int PhishingResistant = 3;

    // A clock that was set back must not make a confirmation last longer than it lasts.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    public async Task<ConfirmationStanding> OfAsync(string sessionId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var length = await db.Settings.Select(settings => settings.Confirmation).SingleAsync(cancel);
        var session = await db.Sessions.AsNoTracking().SingleAsync(row => row.Id == sessionId, cancel);
        var needed = await NeededAsync(db, session.UserId, cancel);
        var now = time.GetUtcNow();
        var until = session.Authenticated + length;
        var good = session.Assurance >= needed && session.Authenticated <= now + Skew && until > now;
        return new(good ? until : null, needed == PhishingResistant, length, $"{address.AuthOrigin}/confirm?session={session.Id}");
    }

    /// <summary>The assurance of the strongest that a person can show here; people of other providers show it there.</summary>
    private static async Task<int> NeededAsync(DoorwardDb db, string userId, CancellationToken cancel)
    {
        var has = await db.Users.AsNoTracking().Where(user => user.Id == userId).Select(user => new
        {
            Elsewhere = user.IdentityProvider != null,
            Totp = user.TotpSecretSealed != null,
            Passkey = db.UserPasskeys.Any(passkey => passkey.UserId == user.Id),
        }).SingleAsync(cancel);
        return has switch
        {
            { Elsewhere: true } => 1,
            { Passkey: true } => PhishingResistant,
            { Totp: true } => 2,
            _ => 1,
        };
    }
}

/// <summary>How a session stands.</summary>
/// <param name="Until">Until when it needs no confirmation; null when it needs one now.</param>
/// <param name="Passkey">Whether nothing but a passkey will do.</param>
/// <param name="Length">How long one counts.</param>
/// <param name="At">Where its person confirms.</param>
public sealed record ConfirmationStanding(DateTimeOffset? Until, bool Passkey, TimeSpan Length, string At);
