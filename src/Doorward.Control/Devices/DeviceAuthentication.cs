using Doorward.Control.Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Devices;

/// <summary>
/// Says which device asks, by the certificate that a gateway took in a handshake and hands on. Asked at every request, so that a retired
/// device is refused on connections that are open, and on TLS sessions that are resumed.
/// </summary>
internal sealed class DeviceAuthentication(ForwardedCertificates certificates, PreparedRead<AskingDevice> devices, DeviceRefusals refusals, TimeProvider time)
{
    /// <param name="context">Of a request that a gateway forwarded.</param>
    public async Task<(AskingDevice? Device, DeviceProblem? Problem)> FindAsync(HttpContext context)
    {
        if (!ForwardedCertificates.IsShown(context)) return (null, DeviceProblems.NoCertificate);
        if (certificates.Find(context) is not { Id.DeviceId: { } id } leaf) return (null, DeviceProblems.Unknown);
        if (await devices.FindAsync(id, context.RequestAborted) is not { } device) return (null, DeviceProblems.Unknown);
        var problem = ProblemOf(device, leaf);
        if (problem is null) return (device, null);
        await refusals.NoteAsync(device.Id, $"certificate-{problem.Code}");
        return (null, problem);
    }

    private DeviceProblem? ProblemOf(AskingDevice device, ForwardedCertificate leaf)
    {
        if (!leaf.KeyHash.AsSpan().SequenceEqual(device.KeyHash) && !SessionKeys.Contains(device.SessionKeys, leaf.KeyHash)) return DeviceProblems.OtherCertificate;
        if (device.Standing is not (DeviceStanding.Active or DeviceStanding.Held)) return DeviceProblems.Retired;
        return leaf.IsGoodAt(time.GetUtcNow()) ? null : DeviceProblems.Expired;
    }
}
