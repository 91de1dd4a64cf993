using Doorward.Control.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources;

/// <summary>Reads what checks need to know of the installation: its domain, and the ports that no upstream may point at.</summary>
internal sealed class InstallationReader(IServer server)
{
    public async Task<InstallationFacts> ReadAsync(DoorwardDb db, CancellationToken ct)
    {
        var domain = await db.Settings.AsNoTracking().Select(static s => s.Domain).SingleAsync(ct);
        return new InstallationFacts(domain, OwnPorts());
    }

    private HashSet<int> OwnPorts() =>
    [
        .. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            .Where(static address => !address.Contains("unix:", StringComparison.OrdinalIgnoreCase))
            .Select(static address => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Port : 0)
            .Where(static port => port > 0),
    ];
}
