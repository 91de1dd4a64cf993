using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Control;

/// <summary>
/// The way to <c>agent.</c>. TLS uses a key that is in memory only, certified at the word of the device's key; a new one at each start, and
/// when the certificate is half over.
/// </summary>
internal sealed class ControlLink : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly AgentRecord _record;
    private readonly IDeviceKey _key;
    private readonly TimeProvider _time;
    private readonly X509Certificate2 _root;
    private readonly DnsEndPoint? _connect;
    private readonly SemaphoreSlim _turn = new(1);
    private X509Certificate2? _certificate;
    private Caller? _agent;

    public ControlLink(AgentRecord record, IDeviceKey key, TimeProvider time)
    {
        (_record, _key, _time) = (record, key, time);
        _root = X509Certificate2.CreateFromPem(record.Root);
        _connect = record.Connect is { } connect ? PinnedTransport.ParseEndPoint(connect) : null;
    }

    public Task<Heard<ReportAnswer>> ReportAsync(byte[] report, CancellationToken ct) =>
        AskAsync(agent => agent.SendAsync(DevicePaths.Report, new ByteArrayContent(report), DeviceJson.Default.ReportAnswer, ct), ct);

    public Task<Heard<ProofAnswer>> ProveAsync(SignedProof proof, CancellationToken ct) =>
        AskAsync(agent => agent.PostAsync(DevicePaths.Proof, proof, DeviceJson.Default.SignedProof, DeviceJson.Default.ProofAnswer, ct), ct);

    public Task<Heard<DeviceHealth>> StatusAsync(CancellationToken ct) =>
        AskAsync(agent => agent.GetAsync(DevicePaths.Status, DeviceJson.Default.DeviceHealth, ct), ct);

    /// <summary>The certificate that is in use, for further connections of this process; whoever takes it disposes it. Null when there is none now.</summary>
    public async Task<X509Certificate2?> LendCertificateAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await ReadyAsync(ct) is null ? new X509Certificate2(_certificate!) : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A new one, for whoever makes connections of their own, and disposes it; null when none is given now.</summary>
    public async Task<X509Certificate2?> OrderCertificateAsync(CancellationToken ct)
    {
        await CertifyAsync(ct);
        var made = _certificate;
        _certificate = null;
        return made;
    }

    // One at a time: reports and pages' proofs share certificate and connection.
    private async Task<Heard<T>> AskAsync<T>(Func<Caller, Task<Heard<T>>> ask, CancellationToken ct)
        where T : class
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (await ReadyAsync(ct) is { } not) return not.As<T>();
            var heard = await ask(_agent!);

            // A connection that fell silent is not used again, and a certificate that is not taken is not shown again.
            if (heard.Silence is not null) Disconnect();
            if (heard.Problem?.Code is "expired" or "unknown" or "other-key" or "no-certificate") Forget();
            return heard;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        Forget();
        _root.Dispose();
        _turn.Dispose();
    }

    private async Task<Heard<DeviceCertificate>?> ReadyAsync(CancellationToken ct)
    {
        if (_certificate is null || IsHalfOver(_certificate))
        {
            var heard = await CertifyAsync(ct);

            // What is good still goes on being used.
            if (heard.Answer is null && (_certificate is null || IsOver(_certificate))) return heard;
        }

        _agent ??= new Caller(PinnedTransport.Create(_root, _connect, _certificate), _record.Agent, Patience);
        return null;
    }

    private async Task<Heard<DeviceCertificate>> CertifyAsync(CancellationToken ct)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = JsonSerializer.SerializeToUtf8Bytes(new CertificateOrder
        {
            Device = _record.Device,
            Time = _time.GetUtcNow(),
            Nonce = RandomNumberGenerator.GetBytes(CertificateOrder.NonceLength),
            SigningRequest = new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256).CreateSigningRequest(),
        }, DeviceJson.Default.CertificateOrder);
        var signed = new SignedCertificateOrder { Order = order, Signature = _key.SignHash(SHA256.HashData(SignedCertificateOrder.ToBeSigned(order))) };
        using var auth = new Caller(PinnedTransport.Create(_root, _connect), _record.Auth, Patience);
        var heard = await auth.PostAsync(DevicePaths.Certificate, signed, DeviceJson.Default.SignedCertificateOrder, DeviceJson.Default.DeviceCertificate, ct);
        if (heard.Answer is { } issued)
        {
            Forget();
            using var bare = X509CertificateLoader.LoadCertificate(issued.Certificate);
            _certificate = bare.CopyWithPrivateKey(key);
        }

        return heard;
    }

    private bool IsHalfOver(X509Certificate2 certificate) => _time.GetUtcNow() >= SessionFile.HalfOver(certificate);

    private bool IsOver(X509Certificate2 certificate) => _time.GetUtcNow() >= certificate.NotAfter.ToUniversalTime();

    private void Disconnect()
    {
        _agent?.Dispose();
        _agent = null;
    }

    private void Forget()
    {
        Disconnect();
        _certificate?.Dispose();
        _certificate = null;
    }
}
