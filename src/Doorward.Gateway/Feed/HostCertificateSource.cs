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

/// <summary>
/// One web certificate per host that has a door here, asked of the control plane with a key made here, renewed at half of its life.
/// Below a wildcard there are as many hosts as somebody cares to name, so that those are asked for so often and no more.
/// </summary>
internal sealed partial class HostCertificateSource(
    ControlPlaneConnection connection, Routes routes, IssuedCertificates issued, TimeProvider clock, ILogger<HostCertificateSource> logger) : IHostCertificates, IDisposable
{
    private const int AtOnce = 16;
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private readonly IssuedCertificates _issued = issued;
    private readonly Pace _wildcards = new(clock, perSecond: 2, ahead: 200);
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly ConcurrentDictionary<string, Lazy<Task<IssuedCertificate?>>> _asking = new(StringComparer.Ordinal);
    private readonly HostCertificatesClient _client = new(connection.Channel);

    /// <summary>From memory: a flood of names costs the control plane nothing.</summary>
    public bool IsStranger(string host) =>
        routes.Current is var table && !ReferenceEquals(table, RouteTable.Empty) && table.Find(host) is null && Held(host) is null;

    public ValueTask<SslStreamCertificateContext?> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (routes.Current.Find(host) is null)
            return new ValueTask<SslStreamCertificateContext?>(Held(host)?.Context);
        var now = clock.GetUtcNow();
        if (_issued.Find(host) is not { } issued || now >= issued.Expires)
            return new ValueTask<SslStreamCertificateContext?>(AskAsync(host, cancellationToken));
        if (now >= issued.RenewAt && MayAsk(host))
            _ = Ask(host);
        return new ValueTask<SslStreamCertificateContext?>(issued.Context);
    }

    public void Dispose() => _places.Dispose();

    // Also of a door that was taken away: who comes back is told so, not warned of a certificate. It is not renewed.
    private IssuedCertificate? Held(string host) => _issued.Find(host) is { } issued && clock.GetUtcNow() < issued.Expires ? issued : null;

    private async Task<SslStreamCertificateContext?> AskAsync(string host, CancellationToken cancellation) =>
        MayAsk(host) ? (await Ask(host).WaitAsync(cancellation))?.Context : null;

    // What is being asked already costs nothing; a host that a door names has its turn whatever is asked for below wildcards.
    private bool MayAsk(string host) => routes.Current.Names(host) || _asking.ContainsKey(host) || _wildcards.TryTake();

    private Task<IssuedCertificate?> Ask(string host) => _asking.GetOrAdd(host, name => new Lazy<Task<IssuedCertificate?>>(() => Task.Run(async () =>
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

    private async Task<IssuedCertificate?> IssueAsync(string host)
    {
        await _places.WaitAsync();
        try
        {
            return await CallAsync(host);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<IssuedCertificate?> CallAsync(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var csr = new CertificateRequest(new X500DistinguishedName($"CN={host}"), key, HashAlgorithmName.SHA256).CreateSigningRequest();
        using var limit = new CancellationTokenSource(CallTimeout, clock);
        try
        {
            var reply = await _client.IssueAsync(
                new HostCertificateRequest { Host = host, Csr = ByteString.CopyFrom(csr) }, cancellationToken: limit.Token);
            var issued = Accept(reply, key);
            _issued.Put(host, issued, isNamed: routes.Current.Names(host));
            return issued;
        }
        catch (RpcException exception)
        {
            LogRefused(host, exception.StatusCode, exception.Status.Detail);
            return null;
        }
    }

    private static IssuedCertificate Accept(HostCertificateReply reply, ECDsa key)
    {
        using var bare = X509CertificateLoader.LoadCertificate(reply.Certificate.Span);
        var certificate = bare.CopyWithPrivateKey(key);
        var chain = new X509Certificate2Collection();
        foreach (var issuer in reply.Chain)
            chain.Add(X509CertificateLoader.LoadCertificate(issuer.Span));
        var begins = new DateTimeOffset(certificate.NotBefore);
        var expires = new DateTimeOffset(certificate.NotAfter);
        return new IssuedCertificate(SslStreamCertificateContext.Create(certificate, chain, offline: true), begins + ((expires - begins) / 2), expires);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No certificate for {Host} ({Code}): {Detail}")]
    private partial void LogRefused(string host, StatusCode code, string detail);
}
