using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Certificates;
using Doorward.Control.Devices;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Tunnels.Joining;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>
/// Certifies keys that replicas hold in memory, for TLS, at the word of their own key. Comes in where no certificate is asked for, so that
/// a machine that slept for weeks gets in again.
/// </summary>
internal sealed class ReplicaOrders(IDbContextFactory<DoorwardDb> databases, ComponentCa ca, DeviceRefusals refusals, TimeProvider time)
{
    /// <summary>How many a replica gets in an hour: one at each start, one every twelve hours.</summary>
    public const int MostAnHour = 60;
    private const int LongestOrder = 16 * 1024;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    public async Task<(ReplicaCertificate? Certificate, DeviceProblem? Problem)> TakeAsync(SignedReplicaOrder signed, CancellationToken ct)
    {
        if (Parse(signed.Order) is not { } order) return (null, DeviceProblems.Unreadable);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.ConnectorReplicas.AsNoTracking().SingleOrDefaultAsync(r => r.Id == order.Replica && r.Connector == order.Connector, ct) is not { } replica)
            return (null, ConnectorProblems.Unknown);
        if (!IsSigned(replica, signed)) return await RefuseAsync(replica, ConnectorProblems.Unsigned);
        if (replica.Retired is not null) return await RefuseAsync(replica, ConnectorProblems.Retired);
        var off = order.Time - time.GetUtcNow();
        if (off.Duration() > ReportFormat.ClockTolerance) return await RefuseAsync(replica, DeviceProblems.Clock(off));
        var (request, wrong) = SigningRequest.Read(order.SigningRequest);
        if (request is null) return await RefuseAsync(replica, DeviceProblems.Request(wrong ?? "It cannot be read."));
        var (certificate, problem) = await db.WriteAsync(token => CertifyAsync(db, order, request, token), ct);
        return problem is null ? (certificate, null) : await RefuseAsync(replica, problem);
    }

    private async Task<(ReplicaCertificate? Certificate, DeviceProblem? Problem)> CertifyAsync(DoorwardDb db, ReplicaOrder order, SigningRequest request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await db.ConnectorReplicas.SingleOrDefaultAsync(r => r.Id == order.Replica && r.Retired == null, ct) is not { } replica) return (null, ConnectorProblems.Retired);

        // The sweep forgets the use after an hour; by then the order is long too old.
        var use = $"connector-order:{replica.Id}:{Convert.ToHexStringLower(order.Nonce)}";
        if (await db.RateLimits.AnyAsync(counter => counter.Key == use, ct)) return (null, ConnectorProblems.Used);
        var key = $"connector-orders:{replica.Id}";
        var count = await db.RateLimits.FindAsync([key], ct) ?? db.RateLimits.Add(new RateLimitCounter { Key = key, Window = now, Count = 0 }).Entity;
        if (now - count.Window is var age && (age < TimeSpan.Zero || age >= Window)) (count.Window, count.Count) = (now, 0);
        if (count.Count >= MostAnHour) return (null, ConnectorProblems.TooOften);
        count.Count++;
        db.RateLimits.Add(new RateLimitCounter { Key = use, Window = now, Count = 1 });
        replica.SessionKeys = SessionKeys.With(replica.SessionKeys, request.KeyHash());
        using var certificate = ca.IssueConnector(replica.Connector, replica.Id, request.PublicKey);
        var expires = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        replica.CertificateExpires = expires;
        await db.SaveChangesAsync(ct);
        return (new ReplicaCertificate(certificate.RawData, ca.Certificate.RawData, expires), null);
    }

    private async Task<(ReplicaCertificate?, DeviceProblem?)> RefuseAsync(ConnectorReplica replica, DeviceProblem problem)
    {
        await refusals.NoteOfReplicaAsync(replica.Connector, replica.Id, $"certificate-{problem.Code}");
        return (null, problem);
    }

    private static bool IsSigned(ConnectorReplica replica, SignedReplicaOrder signed)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(replica.PublicKey, out _);
        return key.VerifyData(SignedReplicaOrder.ToBeSigned(signed.Order), signed.Signature, HashAlgorithmName.SHA256);
    }

    private static ReplicaOrder? Parse(byte[] json)
    {
        try
        {
            return json.Length <= LongestOrder && JsonSerializer.Deserialize(json, JoinJson.Default.ReplicaOrder) is { Nonce.Length: ReplicaOrder.NonceLength } order ? order : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
