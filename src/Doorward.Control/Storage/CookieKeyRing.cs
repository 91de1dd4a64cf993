using System.Security.Cryptography;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>The keys that gateways sign application cookies with, so that forgeries are dropped before any look-up.</summary>
internal sealed class CookieKeyRing(SecretSealer sealer, TimeProvider time)
{
    private const int KeyBytes = 32;
    internal static readonly TimeSpan AtMostEvery = TimeSpan.FromHours(1);

    // Until every gateway has the next key, and what it sealed for sign-ins under way is over.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);
    internal static readonly TimeSpan RotateAfter = TimeSpan.FromDays(30);

    /// <summary>Every key that may still have signed a live cookie, newest first.</summary>
    public async Task<IReadOnlyList<CookieKey>> ListAsync(DoorwardDb db, CancellationToken ct)
    {
        var keys = await db.Secrets.AsNoTracking().Where(s => s.Purpose == SecretPurposes.CookieKey).OrderByDescending(s => s.Created).ToListAsync(ct);
        return keys.ConvertAll(key => new CookieKey
        {
            Id = key.Name,
            Key = ByteString.CopyFrom(sealer.Unseal(SecretPurposes.CookieKey, key.Name, key.Sealed)),
            Created = key.Created.ToTimestamp(),
        });
    }

    /// <summary>
    /// Adds a key when the newest is old, or now when somebody wants it, though not again and again: gateways hold all of them. Forgets
    /// those that no live session can have a cookie of. Says whether it added one.
    /// </summary>
    public Task<bool> RotateAsync(DoorwardDb db, CancellationToken ct, bool now = false) => db.WriteAsync(async token =>
    {
        var moment = time.GetUtcNow();
        var keys = await db.Secrets.Where(s => s.Purpose == SecretPurposes.CookieKey).OrderByDescending(s => s.Created).ToListAsync(token);
        var due = keys.Count == 0 || keys[0].Created + (now ? AtMostEvery : RotateAfter) < moment;
        if (due)
        {
            var id = Identifier.New("ck");
            db.Secrets.Add(new SealedSecret
            {
                Purpose = SecretPurposes.CookieKey,
                Name = id,
                Sealed = sealer.Seal(SecretPurposes.CookieKey, id, RandomNumberGenerator.GetBytes(KeyBytes)),
                Created = moment,
            });
        }

        // A key signed cookies until gateways had the next one. Which of them live is what the handles say, not what the setting of
        // today says: a session keeps the end that it was begun with.
        var oldest = await db.Handles.Where(h => h.Session!.Ended == null && h.Session.Expires > moment)
            .OrderBy(h => h.Created).Select(h => (DateTimeOffset?)h.Created).FirstOrDefaultAsync(token) ?? moment;
        db.Secrets.RemoveRange(keys.Skip(1).Where((_, newer) => keys[newer].Created + Overlap < oldest));
        await db.SaveChangesAsync(token);
        return due;
    }, ct);
}
