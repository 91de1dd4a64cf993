using System.Security.Cryptography;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Doorward.Core.Ssh;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Ssh;

/// <summary>
/// The keys that SSH servers trust people by, one for each application: a certificate names logins and no server, and one for the servers of
/// one application must not open those of another. A key is made when it is first asked for, sealed in the database, and stays: every
/// server that trusts it would have to be told of another.
/// </summary>
internal sealed class SshAuthority(IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, InstallationAddress address, TimeProvider time)
{
    /// <summary>The line for <c>TrustedUserCAKeys</c> of its servers. Null when no application of that name takes certificates.</summary>
    public async Task<(string Line, string Fingerprint)?> DescribeAsync(string application, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (await SshPrincipals.ReadAsync(db, application, cancel) is null) return null;
        using var key = await OpenAsync(db, application, cancel);
        return (SshKey.Line(key, $"doorward@{address.AuthHost}/{application}"), SshKey.Fingerprint(key));
    }

    /// <param name="application">One that there is, and that takes certificates.</param>
    public async Task<string> SignAsync(string application, SshCertificate certificate, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        using var key = await OpenAsync(db, application, cancel);
        return certificate.Sign(key);
    }

    private async Task<ECDsa> OpenAsync(DoorwardDb db, string application, CancellationToken cancel)
    {
        var secret = await FindAsync(db, application, cancel)
            ?? await db.WriteAsync(async stop => await FindAsync(db, application, stop) ?? await MakeAsync(db, application, stop), cancel);
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(sealer.Unseal(secret.Purpose, secret.Name, secret.Sealed), out _);
        return key;
    }

    private static Task<SealedSecret?> FindAsync(DoorwardDb db, string application, CancellationToken cancel) =>
        db.Secrets.AsNoTracking().SingleOrDefaultAsync(secret => secret.Purpose == SecretPurposes.SshAuthority && secret.Name == application, cancel);

    private async Task<SealedSecret> MakeAsync(DoorwardDb db, string application, CancellationToken cancel)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new SealedSecret
        {
            Purpose = SecretPurposes.SshAuthority,
            Name = application,
            Sealed = sealer.Seal(SecretPurposes.SshAuthority, application, key.ExportPkcs8PrivateKey()),
            Created = time.GetUtcNow(),
        };
        db.Secrets.Add(made);
        await db.SaveChangesAsync(cancel);
        return made;
    }
}
