using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>The web certificates that gateways say they serve now, each with a key that only it has.</summary>
public sealed class HeldCertificates(ConnectedGateways connected)
{
    // As many as a gateway tells of.
    private const int Most = 500;
    private const int LongestHost = 253;
    private const int HashBytes = 32;
    private readonly ConcurrentDictionary<string, IReadOnlyList<HeldCertificate>> _gateways = new(StringComparer.Ordinal);

    /// <summary>Of the gateways that are connected: what one that is away serves, nobody knows.</summary>
    public IEnumerable<HeldCertificate> List()
    {
        var here = connected.List().Select(static gateway => gateway.Name).ToHashSet(StringComparer.Ordinal);
        return _gateways.Where(held => here.Contains(held.Key)).SelectMany(static held => held.Value);
    }

    /// <summary>Takes what is fit of a report; the rest is as if it were not told.</summary>
    internal void Report(string gateway, HostCertificatesHeld held) =>
        _gateways[gateway] = [.. held.Certificates.Take(Most).Select(one => Read(gateway, one)).OfType<HeldCertificate>()];

    private static HeldCertificate? Read(string gateway, HostCertificateHeld held) =>
        ReportedText.IsFit(held.Host, LongestHost) && held.Sha256.Length == HashBytes
        && ReportedText.Moment(held.NotBefore) is { } from && ReportedText.Moment(held.NotAfter) is { } until && from < until
            ? new HeldCertificate(gateway, held.Host, from, until, Convert.ToHexStringLower(held.Sha256.Span))
            : null;
}

/// <param name="Fingerprint">SHA-256 of the whole certificate, in lower-case hexadecimal.</param>
public sealed record HeldCertificate(string Gateway, string Host, DateTimeOffset Created, DateTimeOffset Expires, string Fingerprint);
