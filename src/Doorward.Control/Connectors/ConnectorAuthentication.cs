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
internal sealed class ConnectorAuthentication(ForwardedCertificates certificates, ReadingContexts reading, DeviceRefusals refusals, TimeProvider time)
{
    private static readonly Func<DoorwardDb, string, CancellationToken, Task<ConnectorReplica?>> ById = EF.CompileAsyncQuery(
        static (DoorwardDb db, string id, CancellationToken _) => db.ConnectorReplicas.AsNoTracking().SingleOrDefault(r => r.Id == id));

    /// <param name="context">Of a request that a gateway forwarded.</param>
    public async Task<(ConnectorReplica? Replica, DeviceProblem? Problem)> FindAsync(HttpContext context)
    {
        if (!ForwardedCertificates.IsShown(context)) return (null, ConnectorProblems.NoCertificate);
        if (certificates.Find(context) is not { Id.Replica: { } named } leaf) return (null, ConnectorProblems.Unknown);
        if (await reading.ReadAsync(ById, named.Replica, context.RequestAborted) is not { } replica || replica.Connector != named.Name) return (null, ConnectorProblems.Unknown);
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
