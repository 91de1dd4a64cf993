using Doorward.Control.Certificates;
using Doorward.Control.Devices;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>
/// Says which replica asks, by the certificate that a gateway took in a handshake and hands on. Asked at every request, so that a retired
/// one is refused on connections that are open, and on TLS sessions that are resumed.
/// </summary>
internal sealed class ConnectorAuthentication(ForwardedCertificates certificates, IDbContextFactory<DoorwardDb> databases, DeviceRefusals refusals, TimeProvider time)
{
    /// <param name="context">Of a request that a gateway forwarded.</param>
    public async Task<(ConnectorReplica? Replica, DeviceProblem? Problem)> FindAsync(HttpContext context)
    {
        if (!ForwardedCertificates.IsShown(context)) return (null, ConnectorProblems.NoCertificate);
        if (certificates.Find(context) is not { Id.Replica: { } named } leaf) return (null, ConnectorProblems.Unknown);
        await using var db = await databases.CreateDbContextAsync(context.RequestAborted);
        if (await db.ConnectorReplicas.AsNoTracking().SingleOrDefaultAsync(r => r.Id == named.Replica, context.RequestAborted) is not { } replica || replica.Connector != named.Name)
            return (null, ConnectorProblems.Unknown);
        var problem = ProblemOf(replica, leaf);
        if (problem is null) return (replica, null);
        await refusals.NoteOfReplicaAsync(replica.Connector, replica.Id, $"certificate-{problem.Code}");
        return (null, problem);
    }

    private DeviceProblem? ProblemOf(ConnectorReplica replica, ForwardedCertificate leaf)
    {
        if (replica.Retired is not null) return ConnectorProblems.Retired;
        if (!SessionKeys.Contains(replica.SessionKeys, leaf.KeyHash)) return ConnectorProblems.OtherKey;
        return leaf.IsGoodAt(time.GetUtcNow()) ? null : ConnectorProblems.Expired;
    }
}
