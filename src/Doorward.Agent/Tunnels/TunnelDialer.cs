using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Carrying;
using Doorward.Agent.People;
using Doorward.Agent.State;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>
/// Asks the gateway for tunnels by a person's token: through the agent of this machine where it runs and the machine is a device there, else
/// by connections of its own, with the device's certificate where the person may use its key.
/// </summary>
internal sealed class TunnelDialer(SignedIn signedIn, string state, TimeProvider time) : IDisposable
{
    private readonly DeviceOfMachine _device = new(signedIn.Installation, state, time);
    private readonly SemaphoreSlim _turn = new(1);
    private HttpMessageInvoker? _http;
    private DataDialer? _data;
    private X509Certificate2? _certificate;
    private DateTimeOffset _renew;

    /// <summary>A tunnel, or why there is none.</summary>
    public async Task<(ITunnelCall? Call, TunnelRefusal? Refusal)> OpenAsync(string application, string? target, CancellationToken ct)
    {
        if (await _device.CarryAsync(application, target, signedIn.Token, ct) is var (carried, answer)) return (carried, carried is null ? TunnelRefusal.Of(answer) : null);
        using var request = TunnelRequest.Of(signedIn.Installation.Agent, application, target, signedIn.Token);
        try
        {
            var http = await ReadyAsync(ct);
            var (call, refused) = await TunnelCall.OpenAsync(http, request, ct, _data!.DialAsync);
            if (call is not null) return (call, null);
            using (refused) return (null, TunnelRefusal.Of((int)refused!.StatusCode, await AnswerBody.ReadAsync(refused, ct)));
        }
        catch (HttpRequestException error)
        {
            return (null, new TunnelRefusal(TunnelRefusal.Words(error)));
        }
    }

    public void Dispose()
    {
        _http?.Dispose();
        _certificate?.Dispose();
        _turn.Dispose();
    }

    private async Task<HttpMessageInvoker> ReadyAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_http is not null && time.GetUtcNow() < _renew) return _http;
            var certificate = await _device.CertifyAsync(ct);

            // The one before still carries what is open; it goes with the process.
            var transport = TunnelRequest.Adjust(signedIn.Installation.Transport(certificate));
            _data = new DataDialer(signedIn.Installation.Agent, signedIn.Installation.At, transport);
            (_http, _certificate) = (new HttpMessageInvoker(transport), certificate);
            _renew = certificate is null ? DateTimeOffset.MaxValue : SessionFile.HalfOver(certificate);
            return _http;
        }
        finally
        {
            _turn.Release();
        }
    }
}
