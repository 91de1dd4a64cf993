using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;
using Doorward.Agent.State;
using Doorward.Agent.Tunnels;

namespace Doorward.Agent.Carrying;

/// <summary>The connections to <c>agent.</c> that show the device's certificate, for what people have carried; new ones when that is another.</summary>
internal sealed class DeviceConnection(AgentRecord record, ControlLink link) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly X509Certificate2 _root = X509Certificate2.CreateFromPem(record.Root);
    private HttpMessageInvoker? _http;
    private X509Certificate2? _shown;

    /// <summary>Null when there is no certificate now.</summary>
    public async Task<HttpMessageInvoker?> ReadyAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var certificate = await link.LendCertificateAsync(ct);
            if (certificate is null || (_shown is { } shown && shown.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)))
            {
                certificate?.Dispose();
                return certificate is null ? null : _http;
            }

            // The one before still carries what is open, and ends with it.
            var connect = record.Connect is { } text ? PinnedTransport.ParseEndPoint(text) : null;
            (_http, _shown) = (new HttpMessageInvoker(TunnelRequest.Adjust(PinnedTransport.Create(_root, connect, certificate))), certificate);
            return _http;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _http?.Dispose();
        _shown?.Dispose();
        _root.Dispose();
        _turn.Dispose();
    }
}
