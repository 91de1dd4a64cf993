using Doorward.Control.Certificates;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels.Joining;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>Makes the one-time links that machines join a connector with.</summary>
internal sealed class ConnectorLinks(WebCa webCa, ComponentCa componentCa, IDbContextFactory<DoorwardDb> databases, InstallationAddress address, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>A link for one machine, known only now; null when there is no such connector.</summary>
    public async Task<(ConnectorLink Link, DateTimeOffset Expires)?> CreateAsync(string connector, string createdBy, CancellationToken ct)
    {
        var secret = EnrolmentSecret.New(webCa.Certificate, componentCa.Certificate);
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var isMade = await db.WriteAsync(async token =>
        {
            if (await ConnectorDocuments.FindAsync(db, connector, token) is null) return false;
            db.ConnectorInvitations.RemoveRange(await db.ConnectorInvitations.Where(i => i.Expires <= now).ToListAsync(token));
            db.ConnectorInvitations.Add(new ConnectorInvitation
            {
                Hash = Credential.Hash(secret.Secret),
                Connector = connector,
                CreatedBy = createdBy,
                Created = now,
                Expires = now + Lifetime,
            });
            await db.SaveChangesAsync(token);
            return true;
        }, ct);
        return isMade ? (new ConnectorLink(new Uri(address.AuthOrigin), secret), now + Lifetime) : null;
    }

    /// <summary>Takes back the links that nobody has used yet; how many, or null when there is no such connector.</summary>
    public async Task<int?> WithdrawAsync(string connector, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync<int?>(async token =>
        {
            if (await ConnectorDocuments.FindAsync(db, connector, token) is null) return null;
            var now = time.GetUtcNow();
            var links = await db.ConnectorInvitations.Where(i => i.Connector == connector).ToListAsync(token);
            db.ConnectorInvitations.RemoveRange(links);
            await db.SaveChangesAsync(token);
            return links.Count(link => link.Expires > now);
        }, ct);
    }

    /// <summary>The invitation behind a secret, if it is good still.</summary>
    public static Task<ConnectorInvitation?> FindAsync(DoorwardDb db, EnrolmentSecret secret, DateTimeOffset now, CancellationToken ct)
    {
        var hash = Credential.Hash(secret.Secret);
        return db.ConnectorInvitations.SingleOrDefaultAsync(i => i.Hash == hash && i.Expires > now, ct);
    }
}
