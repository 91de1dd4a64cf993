using System.Xml.Linq;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>
/// Keeps the data protection keys (which encrypt the cookies of people who are not signed in yet) sealed in the database.
/// New keys are made by <see cref="Upkeep"/>, never in the middle of a request: that one may hold the write turn this needs.
/// </summary>
internal sealed class SealedKeyRepository(IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, TimeProvider time) : IXmlRepository
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = databases.CreateDbContext();
        return [.. db.Secrets.AsNoTracking().Where(s => s.Purpose == SecretPurposes.DataProtection).OrderBy(s => s.Name).AsEnumerable()
            .Select(s => XElement.Parse(sealer.UnsealText(s.Purpose, s.Name, s.Sealed)))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        // The interface is synchronous; off this thread, so that no context of the caller is waited for.
        if (!Task.Run(() => StoreAsync(element.ToString(SaveOptions.DisableFormatting))).Wait(Patience))
        {
            throw new TimeoutException("A data protection key could not be stored in time.");
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
