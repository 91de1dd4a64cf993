using System.Net;
using Doorward.Control.Audit;
using Doorward.Control.Certificates;
using Doorward.Control.Devices;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels.Joining;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>Makes a replica of a machine that has a link and a key.</summary>
internal sealed class ConnectorJoins(IDbContextFactory<DoorwardDb> databases, ComponentCa ca, InstallationAddress address, AuditLog audit, LinkRefusals links, TimeProvider time)
{
    /// <summary>Of one connector, those that are not retired.</summary>
    public const int MostReplicas = 64;
    private const int LongestHostName = 253;
    private static readonly DeviceProblem HostName = new(
        "malformed", "The host name is empty, too long or has characters that do not show.", "Use the agent of this installation's version.");

    public async Task<(ConnectorJoined? Joined, DeviceProblem? Problem)> JoinAsync(ConnectorJoin join, IPAddress? from, CancellationToken ct)
    {
        // A link that names another root was altered on its way: its machine would not believe the answer, and the link would be spent.
        if (!EnrolmentSecret.TryParse(join.Secret, out var secret) || !secret.IsOfComponents(ca.Certificate)) return await NoLinkAsync(from);
        if (join.HostName.Length is 0 or > LongestHostName || join.HostName.Any(Shown.IsHidden)) return (null, HostName);
        await using var db = await databases.CreateDbContextAsync(ct);

        // Only who has a good link gets further: what follows costs work, and its refusal a record.
        if (await ConnectorLinks.FindAsync(db, secret, time.GetUtcNow(), ct) is not { } invitation) return await NoLinkAsync(from);
        db.ChangeTracker.Clear();
        var attempt = new Attempt(invitation, join.HostName, from?.ToString());
        var (request, wrong) = SigningRequest.Read(join.SigningRequest);
        if (request is null) return await RefuseAsync(attempt, DeviceProblems.Request(wrong ?? "It cannot be read."));
        var (replica, problem) = await AdmitAsync(db, secret, join.HostName, request, ct);
        if (replica is null) return await RefuseAsync(attempt, problem ?? ConnectorProblems.Link);
        await audit.AppendOrOweAsync(attempt.Record("joined", replica: replica.Id));
        return (new ConnectorJoined(replica.Connector, replica.Id, ca.Certificate.RawData, address.Origin($"{SystemApplications.AgentLabel}.{address.Domain}")), null);
    }

    // The link is looked at and used up under one lock: of a hundred at once, one finds it. Gateways are told in the same transaction.
    private Task<(ConnectorReplica? Replica, DeviceProblem? Problem)> AdmitAsync(
        DoorwardDb db, EnrolmentSecret secret, string hostName, SigningRequest request, CancellationToken ct) => db.WriteAsync<(ConnectorReplica?, DeviceProblem?)>(async token =>
    {
        var now = time.GetUtcNow();
        if (await ConnectorLinks.FindAsync(db, secret, now, token) is not { } invitation
            || await ConnectorDocuments.FindAsync(db, invitation.Connector, token) is not { } document) return (null, ConnectorProblems.Link);
        var hash = request.KeyHash();
        if (await db.ConnectorReplicas.AnyAsync(r => r.KeyHash == hash, token)) return (null, ConnectorProblems.KnownKey);
        if (ConnectorDocuments.Read(document.Json).Replicas.Count >= MostReplicas) return (null, ConnectorProblems.TooMany);
        db.ConnectorInvitations.Remove(invitation);
        var replica = db.ConnectorReplicas.Add(new ConnectorReplica
        {
            Id = ReplicaId.New(),
            Connector = invitation.Connector,
            HostName = hostName,
            PublicKey = request.PublicKey.ExportSubjectPublicKeyInfo(),
            KeyHash = hash,
            Joined = now,
            InvitedBy = invitation.CreatedBy,
        }).Entity;
        ConnectorDocuments.SetReplicas(document, replicas => replicas.Append(replica.Id));
        await db.SaveChangesAsync(token);
        return (replica, null);
    }, ct);

    private async Task<(ConnectorJoined?, DeviceProblem?)> NoLinkAsync(IPAddress? from)
    {
        await links.NoteAsync(LinkRefusals.Connector, from);
        return (null, ConnectorProblems.Link);
    }

    private async Task<(ConnectorJoined?, DeviceProblem?)> RefuseAsync(Attempt attempt, DeviceProblem problem)
    {
        await audit.AppendAsync(attempt.Record("refused", problem), CancellationToken.None);
        return (null, problem);
    }

    private sealed record Attempt(ConnectorInvitation Invitation, string HostName, string? From)
    {
        public AuditRecord Record(string outcome, DeviceProblem? problem = null, string? replica = null) => new()
        {
            Kind = AuditKind.Administration,
            Actor = AuditValue.Personal(Invitation.CreatedBy),
            Action = "connector.join",
            Target = $"Connector/{Invitation.Connector}{(replica is null ? "" : $"/{replica}")}",
            Outcome = outcome,
            Details = new Dictionary<string, AuditValue>
            {
                ["host"] = Shown.Text(HostName),
                ["cause"] = problem?.Code,
                ["detail"] = problem?.Detail,
                ["address"] = AuditValue.Personal(From),
            },
        };
    }
}
