using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices;

/// <summary>Certifies devices' keys: at enrolment, and again and again for the key that it was then.</summary>
internal sealed class DeviceCertificates(ComponentCa ca, IDbContextFactory<DoorwardDb> databases)
{
    public DeviceCertificate Issue(string id, PublicKey key)
    {
        using var certificate = ca.IssueDevice(id, key);
        return new DeviceCertificate
        {
            Certificate = certificate.RawData,
            Authority = ca.Certificate.RawData,
            Expires = new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
        };
    }

    /// <summary>The next certificate for the key of before; a sleeper comes late, and proves itself by that key.</summary>
    public async Task<(DeviceCertificate? Certificate, DeviceProblem? Problem)> RenewAsync(string id, CertificateRenewal renewal, CancellationToken ct)
    {
        var (request, wrong) = SigningRequest.Read(renewal.SigningRequest);
        if (request is null) return (null, DeviceProblems.Request(wrong ?? "It cannot be read."));
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync<(DeviceCertificate?, DeviceProblem?)>(async token =>
        {
            if (await db.Devices.SingleOrDefaultAsync(d => d.Id == id && d.Standing != DeviceStanding.Retired, token) is not { } device) return (null, DeviceProblems.Retired);
            if (!request.KeyHash().AsSpan().SequenceEqual(device.KeyHash)) return (null, DeviceProblems.OtherKey);
            var certificate = Issue(id, request.PublicKey);
            device.CertificateExpires = certificate.Expires;
            await db.SaveChangesAsync(token);
            return (certificate, null);
        }, ct);
    }
}
