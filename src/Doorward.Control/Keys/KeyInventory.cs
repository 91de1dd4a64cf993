using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Audit;
using Doorward.Control.Certificates;
using Doorward.Control.Feeds;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Keys;

/// <summary>Every key that the installation lives on: where it stands in its life, and what comes next.</summary>
internal sealed class KeyInventory(
    IDbContextFactory<DoorwardDb> databases, DataDirectory data, SecretSealer sealer, AuditLog audit, ComponentCa componentCa, WebCa webCa,
    AssertionKeys assertions, IKeyManager protection, KeyRotation rotation, TimeProvider time)
{
    public async Task<IReadOnlyList<KeyView>> ListAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var secrets = await db.Secrets.AsNoTracking().ToListAsync(ct);
        return
        [
            .. Assertions(await assertions.ListAsync(ct), rotation.AskableFrom ?? DateTimeOffset.MinValue),
            .. Cookies([.. Newest(secrets, SecretPurposes.CookieKey)]),
            .. Oidc([.. Newest(secrets, SecretPurposes.OidcSigningKey).Where(static key => key.Name != OidcKeys.EncryptionName)]),
            .. Protection([.. protection.GetAllKeys().Where(static key => !key.IsRevoked).OrderByDescending(static key => key.ActivationDate)]),
            new KeyView(KeyKinds.Audit, audit.KeyId, "current", Written("audit.key"), null, null),
            new KeyView(KeyKinds.Seal, sealer.KeyId, "current", Written("seal.key"), null, null),
            Authority(KeyKinds.ComponentCa, componentCa.Certificate),
            Authority(KeyKinds.WebCa, webCa.Certificate),
        ];
    }

    private static IEnumerable<SealedSecret> Newest(IEnumerable<SealedSecret> secrets, string purpose) =>
        secrets.Where(secret => secret.Purpose == purpose).OrderByDescending(static secret => secret.Created);

    // The control plane knows their public halves only, and not since when: that is the gateway's own (ADR 5).
    private static IEnumerable<KeyView> Assertions(IEnumerable<AssertionKey> keys, DateTimeOffset askable) => keys.GroupBy(static key => key.Gateway).SelectMany(held =>
        held.OrderByDescending(static key => key.NotAfter).Select((key, i) => i == 0
            ? new KeyView(KeyKinds.Assertion, key.Kid, "current", null, key.NotAfter, null, key.Gateway, askable)
            : new KeyView(KeyKinds.Assertion, key.Kid, "old", null, key.NotAfter, null, key.Gateway)));

    private static IEnumerable<KeyView> Cookies(IReadOnlyList<SealedSecret> keys) => keys.Select((key, i) => i == 0
        ? new KeyView(KeyKinds.Cookie, key.Name, "current", key.Created, null, key.Created + CookieKeyRing.RotateAfter, Rotatable: key.Created + CookieKeyRing.AtMostEvery)
        : new KeyView(KeyKinds.Cookie, key.Name, "old", key.Created, null, null));

    private IEnumerable<KeyView> Oidc(IReadOnlyList<SealedSecret> keys)
    {
        // As the tokens are signed: by the newest that clients have had time to learn, else by the newest.
        var current = keys.FirstOrDefault(key => OidcKeys.Signs(key, time.GetUtcNow())) ?? (keys.Count > 0 ? keys[0] : null);
        return keys.Select((key, i) => new KeyView(KeyKinds.Oidc, key.Name, key == current ? "current" : key.Created > current!.Created ? "next" : "old", key.Created,
            key.Created + OidcKeys.Kept, i == 0 ? key.Created + OidcKeys.SignsFor : null, Rotatable: key == current ? keys[0].Created + OidcKeys.Overlap : null));
    }

    private static IEnumerable<KeyView> Protection(IReadOnlyList<IKey> keys) => keys.Select((key, i) =>
        new KeyView(KeyKinds.DataProtection, key.KeyId.ToString("N")[..12], i == 0 ? "current" : "old", key.CreationDate, key.ExpirationDate, i == 0 ? key.ExpirationDate - ProtectionKeys.Reserve : null,
            Rotatable: i == 0 ? keys.Max(static one => one.CreationDate) + ProtectionKeys.AtMostEvery : null));

    private static KeyView Authority(string kind, X509Certificate2 root) =>
        new(kind, root.GetCertHashString(HashAlgorithmName.SHA256)[..16].ToLowerInvariant(), "current", root.NotBefore.ToUniversalTime(), root.NotAfter.ToUniversalTime(), null);

    private DateTimeOffset? Written(string file) =>
        File.Exists(Path.Combine(data.Keys, file)) ? new DateTimeOffset(File.GetLastWriteTimeUtc(Path.Combine(data.Keys, file)), TimeSpan.Zero) : null;
}
