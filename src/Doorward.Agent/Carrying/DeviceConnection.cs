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
    private DataDialer? _data;
    private X509Certificate2? _shown;

    /// <summary>For streams, and for the connections of their data; null when there is no certificate now.</summary>
    public async Task<(HttpMessageInvoker Http, DataDialer Data)?> ReadyAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var certificate = await link.LendCertificateAsync(ct);
            if (certificate is null || (_shown is { } shown && shown.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)))
            {
                certificate?.Dispose();
                return certificate is null ? null : (_http!, _data!);
            }

            // The one before still carries what is open, and ends with it.
            var connect = record.Connect is { } text ? PinnedTransport.ParseEndPoint(text) : null;
            var transport = TunnelRequest.Adjust(PinnedTransport.Create(_root, connect, certificate));
            (_http, _data, _shown) = (new HttpMessageInvoker(transport), new DataDialer(new Uri(record.Agent), connect, transport), certificate);
            return (_http, _data);
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
