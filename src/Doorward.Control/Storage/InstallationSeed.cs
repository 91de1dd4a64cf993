using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Core.Applications;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>Puts in what every installation has, and checks that keys and domain are those the data was made with.</summary>
internal static class InstallationSeed
{
    private const string CheckText = "doorward";

    public static Task PlantAsync(DoorwardDb db, SecretSealer sealer, CookieKeyRing cookieKeys, string domain, int publicPort, TimeProvider time, CancellationToken ct) =>
        db.WriteAsync(async token =>
        {
            await CheckSealAsync(db, sealer, time.GetUtcNow(), token);
            await PlantSettingsAsync(db, domain, publicPort, token);
            await PlantConsoleAsync(db, domain, time.GetUtcNow(), token);
            await db.SaveChangesAsync(token);
            await cookieKeys.RotateAsync(db, token);
        }, ct);

    // Another key than the data was sealed with must stop the start, not fail at someone's sign-in.
    private static async Task CheckSealAsync(DoorwardDb db, SecretSealer sealer, DateTimeOffset now, CancellationToken ct)
    {
        var check = await db.Secrets.AsNoTracking().SingleOrDefaultAsync(s => s.Purpose == SecretPurposes.Check, ct);
        if (check is null)
        {
            var value = sealer.Seal(SecretPurposes.Check, CheckText, CheckText);
            db.Secrets.Add(new SealedSecret { Purpose = SecretPurposes.Check, Name = CheckText, Sealed = value, Created = now });
            return;
        }

        try
        {
            sealer.Unseal(SecretPurposes.Check, check.Name, check.Sealed);
        }
        catch (CryptographicException problem)
        {
            throw new InstallationException(InstallationFault.KeyUnreadable,
                "The key keys/seal.key is not the one the database was sealed with. Restore both from the same backup.", problem);
        }
    }

    private static async Task PlantSettingsAsync(DoorwardDb db, string domain, int publicPort, CancellationToken ct)
    {
        var settings = await db.Settings.SingleOrDefaultAsync(ct);
        if (settings is null)
        {
            db.Settings.Add(new InstallationSettings { Domain = domain, PublicPort = publicPort });
        }
        else if (settings.Domain != domain)
        {
            throw new InstallationException(InstallationFault.DomainDiffers,
                $"This data directory belongs to the domain {settings.Domain}, not {domain}: its certificates and passkeys work for no other. Start with --domain {settings.Domain}, or use another --data directory.");
        }
        else
        {
            settings.PublicPort = publicPort;
        }
    }

    private static async Task PlantConsoleAsync(DoorwardDb db, string domain, DateTimeOffset now, CancellationToken ct)
    {
        var definition = new ApplicationDefinition
        {
            Name = SystemApplications.Console,
            Hosts = [$"{SystemApplications.ConsoleLabel}.{domain}"],
        };
        var json = JsonSerializer.Serialize(definition, ApplicationJson.Default.ApplicationDefinition);
        var console = await db.Resources.SingleOrDefaultAsync(r => r.Kind == ResourceKinds.Application && r.Name == definition.Name, ct);
        if (console is null)
        {
            db.Resources.Add(new ResourceDocument
            {
                Kind = ResourceKinds.Application,
                Name = definition.Name,
                Json = json,
                System = true,
                Created = now,
                Updated = now,
                UpdatedBy = "system",
            });
        }
        else if (console.Json != json)
        {
            console.Json = json;
            console.Version++;
            console.Updated = now;
        }
    }
}
