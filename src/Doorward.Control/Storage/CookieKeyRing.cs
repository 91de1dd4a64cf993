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
    private static readonly TimeSpan RotateAfter = TimeSpan.FromDays(30);

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

    /// <summary>Adds a key when the newest is old, and forgets those that no live session can have a cookie of.</summary>
    public Task RotateAsync(DoorwardDb db, CancellationToken ct) => db.WriteAsync(async token =>
    {
        var now = time.GetUtcNow();
        var absolute = await db.Settings.Select(s => s.AbsoluteTimeout).SingleAsync(token);
        var keys = await db.Secrets.Where(s => s.Purpose == SecretPurposes.CookieKey).OrderByDescending(s => s.Created).ToListAsync(token);
        if (keys.Count == 0 || keys[0].Created + RotateAfter < now)
        {
            var id = Identifier.New("ck");
            db.Secrets.Add(new SealedSecret
            {
                Purpose = SecretPurposes.CookieKey,
                Name = id,
                Sealed = sealer.Seal(SecretPurposes.CookieKey, id, RandomNumberGenerator.GetBytes(KeyBytes)),
                Created = now,
            });
        }

        // A key signed cookies until the next one came; those live for the absolute lifetime of a session.
        db.Secrets.RemoveRange(keys.Skip(1).Where(key => key.Created + RotateAfter + absolute < now));
        await db.SaveChangesAsync(token);
    }, ct);
}
