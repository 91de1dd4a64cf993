using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Core.Tunnels;
using Doorward.Core.Tunnels.Joining;

namespace Doorward.Agent.Connector;

/// <summary>Certificates for keys that are in memory only, at the word of the replica's key: a new one at each start, and when one is half over.</summary>
internal sealed class ReplicaCertificates(ConnectorRecord record, IDeviceKey key, GatewayAddresses addresses, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly X509Certificate2 _root = X509Certificate2.CreateFromPem(record.Root);
    private readonly SemaphoreSlim _turn = new(1);
    private X509Certificate2? _certificate;

    /// <summary>One that is good; or why there is none. Connections that show an older one keep it.</summary>
    public async Task<(X509Certificate2? Certificate, string? Problem)> ReadyAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_certificate is { } good && time.GetUtcNow() < SessionFile.HalfOver(good)) return (good, null);
            var (issued, problem) = await CertifyAsync(ct);
            if (issued is not null) _certificate = issued;

            // What is good still goes on being used.
            return _certificate is { } certificate && time.GetUtcNow() < certificate.NotAfter.ToUniversalTime() ? (certificate, null) : (null, problem);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _root.Dispose();
        _turn.Dispose();
    }

    private async Task<(X509Certificate2? Certificate, string? Problem)> CertifyAsync(CancellationToken ct)
    {
        var problem = "agent has no address";
        foreach (var address in await addresses.FindAsync(ct))
        {
            var (certificate, refused, silence) = await AskAsync(address, ct);
            if (certificate is not null) return (certificate, null);
            problem = refused ?? silence ?? problem;

            // Whoever refuses does so at every gateway; the answer is the control plane's.
            if (refused is not null) break;
        }

        return (null, problem);
    }

    private async Task<(X509Certificate2? Certificate, string? Refused, string? Silence)> AskAsync(DnsEndPoint address, CancellationToken ct)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = JsonSerializer.SerializeToUtf8Bytes(new ReplicaOrder
        {
            Connector = record.Connector,
            Replica = record.Replica,
            Time = time.GetUtcNow(),
            Nonce = RandomNumberGenerator.GetBytes(ReplicaOrder.NonceLength),
            SigningRequest = new CertificateRequest("CN=connector", own, HashAlgorithmName.SHA256).CreateSigningRequest(),
        }, JoinJson.Default.ReplicaOrder);
        var signed = new SignedReplicaOrder(order, key.SignHash(SHA256.HashData(SignedReplicaOrder.ToBeSigned(order))));
        using var auth = new Caller(PinnedTransport.Create(_root, address), record.Auth, Patience);
        var heard = await auth.PostAsync(TunnelPaths.Certificate, signed, JoinJson.Default.SignedReplicaOrder, JoinJson.Default.ReplicaCertificate, ct);
        if (heard.Answer is not { } issued) return (null, heard.Problem is { } refused ? $"{refused.Detail} {refused.Fix}" : null, heard.Silence);
        using var bare = X509CertificateLoader.LoadCertificate(issued.Certificate);
        return (bare.CopyWithPrivateKey(own), null, null);
    }
}
