using System.Xml.Linq;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity;

/// <summary>Keeps the keys of data protection (encrypted cookies, form tokens) in the database, sealed.</summary>
internal sealed class SealedKeyRepository(IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, TimeProvider time) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = databases.CreateDbContext();
        var secrets = db.Secrets.AsNoTracking().Where(secret => secret.Purpose == SecretPurposes.DataProtection).ToList();
        // One that cannot be opened throws: without it, cookies of people would silently stop working.
        return [.. secrets.Select(secret => XElement.Parse(sealer.UnsealText(secret.Purpose, secret.Name, secret.Sealed)))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var name = Identifier.New("dpk");
        var secret = new SealedSecret
        {
            Purpose = SecretPurposes.DataProtection,
            Name = name,
            Sealed = sealer.Seal(SecretPurposes.DataProtection, name, element.ToString(SaveOptions.DisableFormatting)),
            Created = time.GetUtcNow(),
        };
        // The interface is synchronous, storage is not; a thread of the pool has no context to deadlock with.
        Task.Run(async () =>
        {
            await using var db = await databases.CreateDbContextAsync();
            db.Secrets.Add(secret);
            await db.SaveChangesAsync();
        }).GetAwaiter().GetResult();
    }
}
