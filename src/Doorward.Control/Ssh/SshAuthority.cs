using System.Security.Cryptography;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Doorward.Core.Ssh;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Ssh;

/// <summary>
/// The key that SSH servers trust people by. It is made when it is first asked for, sealed in the database, and stays: every server that
/// trusts it would have to be told of another.
/// </summary>
internal sealed class SshAuthority(IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, InstallationAddress address, TimeProvider time)
{
    /// <summary>As a line for <c>TrustedUserCAKeys</c>.</summary>
    public async Task<string> LineAsync(CancellationToken cancel)
    {
        using var key = await OpenAsync(cancel);
        return SshKey.Line(key, Comment);
    }

    public async Task<(string Line, string Fingerprint)> DescribeAsync(CancellationToken cancel)
    {
        using var key = await OpenAsync(cancel);
        return (SshKey.Line(key, Comment), SshKey.Fingerprint(key));
    }

    public async Task<string> SignAsync(SshCertificate certificate, CancellationToken cancel)
    {
        using var key = await OpenAsync(cancel);
        return certificate.Sign(key);
    }

    private string Comment => $"doorward@{address.AuthHost}";

    private async Task<ECDsa> OpenAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var secret = await FindAsync(db, cancel) ?? await db.WriteAsync(async stop => await FindAsync(db, stop) ?? await MakeAsync(db, stop), cancel);
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(sealer.Unseal(secret.Purpose, secret.Name, secret.Sealed), out _);
        return key;
    }

    private static Task<SealedSecret?> FindAsync(DoorwardDb db, CancellationToken cancel) =>
        db.Secrets.AsNoTracking().SingleOrDefaultAsync(secret => secret.Purpose == SecretPurposes.SshAuthority, cancel);

    private async Task<SealedSecret> MakeAsync(DoorwardDb db, CancellationToken cancel)
    {
        const string Name = "ssh-1";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new SealedSecret
        {
            Purpose = SecretPurposes.SshAuthority,
            Name = Name,
            Sealed = sealer.Seal(SecretPurposes.SshAuthority, Name, key.ExportPkcs8PrivateKey()),
            Created = time.GetUtcNow(),
        };
        db.Secrets.Add(made);
        await db.SaveChangesAsync(cancel);
        return made;
    }
}
