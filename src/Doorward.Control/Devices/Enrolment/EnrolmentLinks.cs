using Doorward.Control.Certificates;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Enrolment;

/// <summary>Makes the one-time links that machines enrol with.</summary>
internal sealed class EnrolmentLinks(
    WebCa webCa, ComponentCa componentCa, IDbContextFactory<DoorwardDb> databases, InstallationAddress address, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>A link for one machine; known only now.</summary>
    public async Task<(EnrolmentLink Link, DateTimeOffset Expires)> CreateAsync(InvitedDevice device, string createdBy, CancellationToken ct) =>
        await CreateAsync(device, createdBy, static (_, _) => Task.FromResult(true), ct) ?? throw new InvalidOperationException("Nothing refuses a link.");

    /// <summary>The same, unless it is refused in the transaction that would make it.</summary>
    public async Task<(EnrolmentLink Link, DateTimeOffset Expires)?> CreateAsync(
        InvitedDevice device, string createdBy, Func<DoorwardDb, CancellationToken, Task<bool>> mayBe, CancellationToken ct)
    {
        var secret = EnrolmentSecret.New(webCa.Certificate, componentCa.Certificate);
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var isMade = await db.WriteAsync(async token =>
        {
            if (!await mayBe(db, token)) return false;
            db.DeviceInvitations.Add(new DeviceInvitation
            {
                Hash = Credential.Hash(secret.Secret),
                OwnerId = device.OwnerId,
                Name = device.Name,
                Labels = new Dictionary<string, string>(device.Labels, StringComparer.Ordinal),
                CreatedBy = createdBy,
                Created = now,
                Expires = now + Lifetime,
            });
            await db.SaveChangesAsync(token);
            return true;
        }, ct);
        return isMade ? (new EnrolmentLink(new Uri(address.AuthOrigin), secret), now + Lifetime) : null;
    }

    /// <summary>The invitation behind a secret, if it is good still.</summary>
    public static Task<DeviceInvitation?> FindAsync(DoorwardDb db, EnrolmentSecret secret, DateTimeOffset now, CancellationToken ct)
    {
        var hash = Credential.Hash(secret.Secret);
        return db.DeviceInvitations.SingleOrDefaultAsync(i => i.Hash == hash && i.Expires > now, ct);
    }
}

/// <summary>What is known of a machine before it comes.</summary>
internal sealed record InvitedDevice(string? OwnerId, string? Name, IReadOnlyDictionary<string, string> Labels);
