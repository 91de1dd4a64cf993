using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices;

/// <summary>
/// Certifies keys that devices hold in memory, for TLS, at the word of their own key. Comes in where no certificate is asked for, so that a
/// machine that slept for weeks gets in again. One that is held is certified too: it is told so with its certificate, and opens nothing.
/// </summary>
internal sealed class CertificateOrders(
    IDbContextFactory<DoorwardDb> databases, DeviceCertificates certificates, DeviceRefusals refusals, TimeProvider time)
{
    /// <summary>How many a device gets in an hour: one at each start, one every twelve hours.</summary>
    public const int MostAnHour = 60;
    private const int LongestOrder = 16 * 1024;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly DeviceProblem Unsigned = new("unsigned", "The order is not signed by the device's key.", "Enrol this machine again if its key was lost.");
    private static readonly DeviceProblem Used = new("replayed", "The order was sent before.", "The device makes a new one by itself.");
    private static readonly DeviceProblem TooMany = new("limit", "The device asked for too many certificates.", "Try again in an hour.");

    public async Task<(DeviceCertificate? Certificate, DeviceProblem? Problem)> TakeAsync(SignedCertificateOrder signed, CancellationToken ct)
    {
        if (Parse(signed.Order) is not { } order) return (null, DeviceProblems.Unreadable);
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == order.Device, ct) is not { } device) return (null, DeviceProblems.Unknown);
        if (!IsSigned(device, signed)) return await RefuseAsync(device, Unsigned);
        if (device.Standing == DeviceStanding.Retired) return await RefuseAsync(device, DeviceProblems.Retired);
        var off = order.Time - time.GetUtcNow();
        if (off.Duration() > ReportFormat.ClockTolerance) return await RefuseAsync(device, DeviceProblems.Clock(off));
        var (request, wrong) = SigningRequest.Read(order.SigningRequest);
        if (request is null) return await RefuseAsync(device, DeviceProblems.Request(wrong ?? "It cannot be read."));
        var (certificate, problem) = await db.WriteAsync(token => CertifyAsync(db, order, request, token), ct);
        return problem is null ? (certificate, null) : await RefuseAsync(device, problem);
    }

    private async Task<(DeviceCertificate? Certificate, DeviceProblem? Problem)> CertifyAsync(
        DoorwardDb db, CertificateOrder order, SigningRequest request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (await db.Devices.SingleOrDefaultAsync(d => d.Id == order.Device && d.Standing != DeviceStanding.Retired, ct) is not { } device) return (null, DeviceProblems.Retired);

        // The sweep forgets the use after an hour; by then the order is long too old.
        var use = $"device-order:{device.Id}:{Convert.ToHexStringLower(order.Nonce)}";
        if (await db.RateLimits.AnyAsync(counter => counter.Key == use, ct)) return (null, Used);
        var key = $"device-orders:{device.Id}";
        var count = await db.RateLimits.FindAsync([key], ct) ?? db.RateLimits.Add(new RateLimitCounter { Key = key, Window = now, Count = 0 }).Entity;
        if (now - count.Window is var age && (age < TimeSpan.Zero || age >= Window)) (count.Window, count.Count) = (now, 0);
        if (count.Count >= MostAnHour) return (null, TooMany);
        count.Count++;
        db.RateLimits.Add(new RateLimitCounter { Key = use, Window = now, Count = 1 });
        device.SessionKeys = SessionKeys.With(device.SessionKeys, request.KeyHash());
        var certificate = certificates.Issue(device.Id, request.PublicKey);
        device.CertificateExpires = certificate.Expires;
        await db.SaveChangesAsync(ct);
        return (certificate, null);
    }

    private async Task<(DeviceCertificate?, DeviceProblem?)> RefuseAsync(Device device, DeviceProblem problem)
    {
        await refusals.NoteAsync(device.Id, $"certificate-{problem.Code}");
        return (null, problem);
    }

    private static bool IsSigned(Device device, SignedCertificateOrder signed)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(device.PublicKey, out _);
        return key.VerifyData(SignedCertificateOrder.ToBeSigned(signed.Order), signed.Signature, HashAlgorithmName.SHA256);
    }

    private static CertificateOrder? Parse(byte[] json)
    {
        try
        {
            return json.Length <= LongestOrder && JsonSerializer.Deserialize(json, DeviceJson.Default.CertificateOrder) is { Nonce.Length: CertificateOrder.NonceLength } order ? order : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
