using System.Security.Cryptography;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Doorward.Control.Identity.Clients;

/// <summary>
/// The keys that tokens for clients are signed with, sealed in the database. A new one stands in the key set for two weeks
/// before it signs, and an old one as long after, so that clients that look seldom always know it. RS256, because every
/// OpenID Connect client must accept it (Core section 15.1).
/// </summary>
internal sealed class OidcKeys(IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, TimeProvider time)
{
    private const int RsaBits = 2048;
    private const string EncryptionName = "encryption";
    private static readonly TimeSpan SignsFor = TimeSpan.FromDays(90);
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(14);

    /// <summary>Makes what is due and removes what nobody needs; whether anything changed.</summary>
    internal async Task<bool> RotateAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.WriteAsync(async stop =>
        {
            var now = time.GetUtcNow();
            var keys = await db.Secrets.Where(secret => secret.Purpose == SecretPurposes.OidcSigningKey).OrderByDescending(secret => secret.Created).ToListAsync(stop);
            var signing = keys.Where(key => key.Name != EncryptionName).ToList();
            var changed = false;
            if (signing.Count == 0 || signing[0].Created + SignsFor <= now)
                changed = Add(db, $"rs-{now:yyyyMMddHHmmss}", NewRsa(), now);
            if (signing.Count == keys.Count)
                changed = Add(db, EncryptionName, RandomNumberGenerator.GetBytes(32), now);
            foreach (var old in signing.Where(key => key.Created + SignsFor + Overlap * 2 <= now))
            {
                db.Secrets.Remove(old);
                changed = true;
            }
            await db.SaveChangesAsync(stop);
            return changed;
        }, cancel);
    }

    internal void Apply(OpenIddictServerOptions options)
    {
        using var db = databases.CreateDbContext();
        var now = time.GetUtcNow();
        var keys = db.Secrets.AsNoTracking().Where(secret => secret.Purpose == SecretPurposes.OidcSigningKey).ToList();
        // OpenIddict signs with the first: the newest that clients have had time to learn.
        var signing = keys.Where(key => key.Name != EncryptionName).OrderByDescending(key => key.Created + Overlap <= now).ThenByDescending(key => key.Created);
        foreach (var key in signing)
            options.SigningCredentials.Add(new SigningCredentials(Rsa(key), SecurityAlgorithms.RsaSha256));
        foreach (var key in keys.Where(key => key.Name == EncryptionName))
            options.EncryptionCredentials.Add(new EncryptingCredentials(
                new SymmetricSecurityKey(Open(key)) { KeyId = EncryptionName }, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
    }

    private bool Add(DoorwardDb db, string name, byte[] key, DateTimeOffset now)
    {
        db.Secrets.Add(new SealedSecret { Purpose = SecretPurposes.OidcSigningKey, Name = name, Sealed = sealer.Seal(SecretPurposes.OidcSigningKey, name, key), Created = now });
        return true;
    }

    private byte[] Open(SealedSecret secret) => sealer.Unseal(secret.Purpose, secret.Name, secret.Sealed);

    private RsaSecurityKey Rsa(SealedSecret secret)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Open(secret), out _);
        return new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: true)) { KeyId = secret.Name };
    }

    private static byte[] NewRsa()
    {
        using var rsa = RSA.Create(RsaBits);
        return rsa.ExportPkcs8PrivateKey();
    }
}

/// <summary>Gives OpenIddict the keys of the moment.</summary>
internal sealed class OidcKeysSetup(OidcKeys keys) : IConfigureOptions<OpenIddictServerOptions>
{
    public void Configure(OpenIddictServerOptions options) => keys.Apply(options);
}
