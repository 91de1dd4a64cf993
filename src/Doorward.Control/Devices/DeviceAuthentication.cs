using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Devices;

/// <summary>
/// Says which device asks, by the certificate that a gateway took in a handshake and hands on. Asked at every request, so that a retired
/// device is refused on connections that are open, and on TLS sessions that are resumed.
/// </summary>
internal sealed class DeviceAuthentication(ComponentCa ca, PreparedRead<AskingDevice> devices, DeviceRefusals refusals, TimeProvider time)
{
    /// <summary>RFC 9440 section 2.2. Only a gateway sets it: it removes a client's.</summary>
    public const string Header = "Client-Cert";
    private const int LongestHeader = 8 * 1024;
    private const int MostKnown = 20_000;

    private readonly ConcurrentDictionary<string, Leaf> _known = new(StringComparer.Ordinal);

    /// <param name="context">Of a request that a gateway forwarded.</param>
    public async Task<(AskingDevice? Device, DeviceProblem? Problem)> FindAsync(HttpContext context)
    {
        var header = context.Request.Headers[Header].ToString();
        if (header.Length is < 3 or > LongestHeader) return (null, DeviceProblems.NoCertificate);
        if (LeafOf(header) is not { } leaf) return (null, DeviceProblems.Unknown);
        if (await devices.FindAsync(leaf.Device, context.RequestAborted) is not { } device) return (null, DeviceProblems.Unknown);
        var problem = ProblemOf(device, leaf);
        if (problem is null) return (device, null);
        await refusals.NoteAsync(device.Id, $"certificate-{problem.Code}");
        return (null, problem);
    }

    private DeviceProblem? ProblemOf(AskingDevice device, Leaf leaf)
    {
        if (!leaf.KeyHash.AsSpan().SequenceEqual(device.KeyHash) && !SessionKeys.Contains(device.SessionKeys, leaf.KeyHash)) return DeviceProblems.OtherCertificate;
        if (device.Standing is not (DeviceStanding.Active or DeviceStanding.Held)) return DeviceProblems.Retired;
        var now = time.GetUtcNow();
        return now < leaf.From || now >= leaf.Until ? DeviceProblems.Expired : null;
    }

    // Reading and verifying one takes longer than all else: what it says does not change, and what may is asked each time.
    private Leaf? LeafOf(string header)
    {
        var digest = Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(header.AsSpan())));
        if (_known.TryGetValue(digest, out var known)) return known;
        using var certificate = Read(header);
        if (certificate is null || !ca.Signed(certificate) || SpiffeId.Of(certificate) is not { } id || id.TrustDomain != ca.TrustDomain || id.DeviceId is not { } device)
            return null;
        if (_known.Count >= MostKnown) _known.Clear();
        return _known[digest] = new Leaf(
            device, SigningRequest.HashOf(certificate.PublicKey), certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
    }

    private static X509Certificate2? Read(string header)
    {
        if (header[0] != ':' || header[^1] != ':') return null;
        try
        {
            return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(header[1..^1]));
        }
        catch (Exception problem) when (problem is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private sealed record Leaf(string Device, byte[] KeyHash, DateTimeOffset From, DateTimeOffset Until);
}
