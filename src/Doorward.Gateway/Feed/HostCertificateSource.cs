using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Protocol;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tls;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using HostCertificatesClient = Doorward.Core.Protocol.HostCertificates.HostCertificatesClient;

namespace Doorward.Gateway.Feed;

/// <summary>One web certificate per host that has a door here, asked of the control plane with a key made here, renewed at half of its life.</summary>
internal sealed partial class HostCertificateSource(
    ControlPlaneConnection connection, Routes routes, TimeProvider clock, ILogger<HostCertificateSource> logger) : IHostCertificates
{
    // A wildcard has as many hosts as somebody cares to name.
    private const int Limit = 10_000;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Issued> _issued = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<Issued?>>> _asking = new(StringComparer.Ordinal);
    private readonly HostCertificatesClient _client = new(connection.Channel);

    /// <summary>From memory: a flood of names costs the control plane nothing.</summary>
    public bool IsStranger(string host) => routes.Current is var table && !ReferenceEquals(table, RouteTable.Empty) && table.Find(host) is null;

    public ValueTask<SslStreamCertificateContext?> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (routes.Current.Find(host) is null)
            return default;
        var now = clock.GetUtcNow();
        if (!_issued.TryGetValue(host, out var issued) || now >= issued.Expires)
            return new ValueTask<SslStreamCertificateContext?>(AskAsync(host, cancellationToken));
        if (now >= issued.RenewAt)
            _ = Ask(host);
        return new ValueTask<SslStreamCertificateContext?>(issued.Context);
    }

    private async Task<SslStreamCertificateContext?> AskAsync(string host, CancellationToken cancellation) =>
        (await Ask(host).WaitAsync(cancellation))?.Context;

    private Task<Issued?> Ask(string host) => _asking.GetOrAdd(host, name => new Lazy<Task<Issued?>>(() => Task.Run(async () =>
    {
        try
        {
            return await IssueAsync(name);
        }
        finally
        {
            _asking.TryRemove(name, out _);
        }
    }))).Value;

    private async Task<Issued?> IssueAsync(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest(new X500DistinguishedName($"CN={host}"), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var limit = new CancellationTokenSource(CallTimeout, clock);
        try
        {
            var reply = await _client.IssueAsync(
                new HostCertificateRequest { Host = host, Csr = ByteString.CopyFrom(csr) }, cancellationToken: limit.Token);
            var issued = Accept(reply, key);
            if (_issued.Count >= Limit)
                _issued.Clear();
            _issued[host] = issued;
            return issued;
        }
        catch (RpcException exception)
        {
            LogRefused(host, exception.StatusCode, exception.Status.Detail);
            return null;
        }
    }

    private static Issued Accept(HostCertificateReply reply, ECDsa key)
    {
        using var bare = X509CertificateLoader.LoadCertificate(reply.Certificate.Span);
        var certificate = bare.CopyWithPrivateKey(key);
        var chain = new X509Certificate2Collection();
        foreach (var issuer in reply.Chain)
            chain.Add(X509CertificateLoader.LoadCertificate(issuer.Span));
        var begins = new DateTimeOffset(certificate.NotBefore);
        var expires = new DateTimeOffset(certificate.NotAfter);
        return new Issued(SslStreamCertificateContext.Create(certificate, chain, offline: true), begins + ((expires - begins) / 2), expires);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No certificate for {Host} ({Code}): {Detail}")]
    private partial void LogRefused(string host, StatusCode code, string detail);

    private sealed record Issued(SslStreamCertificateContext Context, DateTimeOffset RenewAt, DateTimeOffset Expires);
}
