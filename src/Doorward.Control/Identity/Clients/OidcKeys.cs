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
    internal const string EncryptionName = "encryption";
    internal static readonly TimeSpan SignsFor = TimeSpan.FromDays(90);
    internal static readonly TimeSpan Overlap = TimeSpan.FromDays(14);

    /// <summary>How long a key stands in the key set when the next comes in its time.</summary>
    internal static TimeSpan Kept => SignsFor + Overlap * 2;

    /// <summary>Whether clients have had time to learn it.</summary>
    internal static bool Signs(SealedSecret key, DateTimeOffset now) => key.Created + Overlap <= now;

    /// <summary>
    /// Makes what is due, or the next one now, unless clients are still learning the newest; and removes what nobody needs. Whether it
    /// made one to sign with.
    /// </summary>
    internal async Task<bool> RotateAsync(CancellationToken cancel, bool now = false)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.WriteAsync(async stop =>
        {
            var moment = time.GetUtcNow();
            var keys = await db.Secrets.Where(secret => secret.Purpose == SecretPurposes.OidcSigningKey).OrderByDescending(secret => secret.Created).ToListAsync(stop);
            var signing = keys.Where(key => key.Name != EncryptionName).ToList();
            var made = signing.Count == 0 || signing[0].Created + SignsFor <= moment || (now && Signs(signing[0], moment));
            if (made)
                Add(db, $"rs-{moment:yyyyMMddHHmmssfff}", NewRsa(), moment);
            if (signing.Count == keys.Count)
                Add(db, EncryptionName, RandomNumberGenerator.GetBytes(32), moment);
            db.Secrets.RemoveRange(signing.Where(key => key.Created + Kept <= moment));
            await db.SaveChangesAsync(stop);
            return made;
        }, cancel);
    }

    internal void Apply(OpenIddictServerOptions options)
    {
        using var db = databases.CreateDbContext();
        var now = time.GetUtcNow();
        var keys = db.Secrets.AsNoTracking().Where(secret => secret.Purpose == SecretPurposes.OidcSigningKey).ToList();
        // OpenIddict signs with the first: the newest that clients have had time to learn.
        var signing = keys.Where(key => key.Name != EncryptionName).OrderByDescending(key => Signs(key, now)).ThenByDescending(key => key.Created);
        foreach (var key in signing)
            options.SigningCredentials.Add(new SigningCredentials(Rsa(key), SecurityAlgorithms.RsaSha256));
        foreach (var key in keys.Where(key => key.Name == EncryptionName))
            options.EncryptionCredentials.Add(new EncryptingCredentials(
                new SymmetricSecurityKey(Open(key)) { KeyId = EncryptionName }, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
    }

    private void Add(DoorwardDb db, string name, byte[] key, DateTimeOffset now) =>
        db.Secrets.Add(new SealedSecret { Purpose = SecretPurposes.OidcSigningKey, Name = name, Sealed = sealer.Seal(SecretPurposes.OidcSigningKey, name, key), Created = now });

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
