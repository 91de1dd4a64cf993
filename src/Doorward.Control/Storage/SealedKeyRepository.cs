using System.Security.Cryptography;
using System.Xml.Linq;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>Keeps the keys of data protection in the record, each sealed whole: so they go into backups, and a copy of the record opens no cookie.</summary>
internal sealed class SealedKeyRepository(IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, TimeProvider time) : IXmlRepository
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = databases.CreateDbContext();
        return [.. db.Secrets.AsNoTracking().Where(secret => secret.Purpose == SecretPurposes.DataProtection).OrderBy(secret => secret.Name).AsEnumerable().Select(Open)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        // The interface is synchronous; off this thread, so that no context of the caller is waited for.
        if (!Task.Run(() => StoreAsync(element.ToString(SaveOptions.DisableFormatting))).Wait(Patience))
        {
            throw new TimeoutException("A data protection key could not be stored in time.");
        }
    }

    // One that cannot be opened throws: left out, another would be made, and nobody would learn that the record is damaged.
    private XElement Open(SealedSecret secret)
    {
        try
        {
            return XElement.Parse(sealer.UnsealText(secret.Purpose, secret.Name, secret.Sealed));
        }
        catch (CryptographicException problem)
        {
            throw new InstallationException(InstallationFault.KeyUnreadable,
                $"The data protection key {secret.Name} in the database cannot be opened: it was altered. Restore the database from a backup.", problem);
        }
    }

    private async Task StoreAsync(string xml)
    {
        var name = Identifier.New("dp");
        await using var db = await databases.CreateDbContextAsync();
        db.Secrets.Add(new SealedSecret
        {
            Purpose = SecretPurposes.DataProtection,
            Name = name,
            Sealed = sealer.Seal(SecretPurposes.DataProtection, name, xml),
            Created = time.GetUtcNow(),
        });
        await db.SaveChangesAsync();
    }
}
