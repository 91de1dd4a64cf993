using System.Text.Json;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.SignIns;

/// <summary>The hosts that sign-in may send browsers to: those of the applications, and the console. Nothing else, ever (ASVS 5.0 3.7.2).</summary>
public sealed class KnownHosts(IDbContextFactory<DoorwardDb> databases, InstallationAddress address)
{
    /// <summary>Null when no application has such a host.</summary>
    public async Task<KnownHost?> FindAsync(string host, CancellationToken cancel)
    {
        if (host == address.AuthHost)
            return null;
        if (host == address.ConsoleHost)
            return new KnownHost(SystemApplications.Console, address.Origin(host));
        await using var db = await databases.CreateDbContextAsync(cancel);
        var written = await db.Resources.AsNoTracking().Where(resource => resource.Kind == ResourceKinds.Application).Select(resource => resource.Json).ToListAsync(cancel);
        var name = written.Select(json => JsonSerializer.Deserialize(json, ApplicationJson.Default.ApplicationDefinition))
            .FirstOrDefault(application => application is not null && application.Hosts.Any(pattern => HostNames.Matches(pattern, host)))?.Name;
        return name is null ? null : new KnownHost(name, address.Origin(host));
    }
}

/// <summary>An application host, and the origin that browsers know it by.</summary>
public sealed record KnownHost(string Application, string Origin);
