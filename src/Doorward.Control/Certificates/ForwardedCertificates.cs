using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Certificates;

/// <summary>Reads the certificate that a gateway took in a handshake and hands on: of a device, or of a connector's replica.</summary>
internal sealed class ForwardedCertificates(ComponentCa ca)
{
    /// <summary>RFC 9440 section 2.2. Only a gateway sets it: it removes a client's.</summary>
    public const string Header = "Client-Cert";
    private const int LongestHeader = 8 * 1024;
    private const int MostKnown = 20_000;
    private readonly ConcurrentDictionary<string, ForwardedCertificate> _known = new(StringComparer.Ordinal);

    /// <summary>Whether there is one at all.</summary>
    public static bool IsShown(HttpContext context) => context.Request.Headers[Header].ToString().Length is >= 3 and <= LongestHeader;

    /// <summary>
    /// What it says, if it is a leaf of the component CA for clients. Reading and verifying one takes longer than all else, and what it
    /// says does not change; whether it is good now, and of whom, is asked each time.
    /// </summary>
    public ForwardedCertificate? Find(HttpContext context)
    {
        if (!IsShown(context)) return null;
        var header = context.Request.Headers[Header].ToString();
        var digest = Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(header.AsSpan())));
        if (_known.TryGetValue(digest, out var known)) return known;
        using var certificate = Read(header);
        if (certificate is null || !ca.Signed(certificate) || SpiffeId.Of(certificate) is not { } id || id.TrustDomain != ca.TrustDomain) return null;
        if (_known.Count >= MostKnown) _known.Clear();
        return _known[digest] = new ForwardedCertificate(
            id, SigningRequest.HashOf(certificate.PublicKey), certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
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
}

/// <summary>A leaf of the component CA.</summary>
/// <param name="KeyHash">SHA-256 of its key.</param>
internal sealed record ForwardedCertificate(SpiffeId Id, byte[] KeyHash, DateTimeOffset From, DateTimeOffset Until)
{
    public bool IsGoodAt(DateTimeOffset now) => From <= now && now < Until;
}
