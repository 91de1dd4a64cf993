using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Agent.People;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>
/// Asks the gateway for tunnels by a person's token, and with the device's certificate where the person may use it. One TLS connection
/// carries many; further ones are made as they fill.
/// </summary>
internal sealed class TunnelDialer(SignedIn signedIn, string state, TimeProvider time) : IDisposable
{
    // What one tunnel has on its way is bounded by its credit; the stream's window must not be less.
    private const int Window = 512 * 1024;
    private const int LongestProblem = 64 * 1024;
    private readonly SemaphoreSlim _turn = new(1);
    private HttpMessageInvoker? _http;
    private X509Certificate2? _certificate;
    private DateTimeOffset _renew;

    /// <summary>A tunnel, or why there is none.</summary>
    public async Task<(TunnelCall? Call, TunnelRefusal? Refusal)> OpenAsync(string application, string? target, CancellationToken ct)
    {
        var path = TunnelPaths.Applications + application + (target is null ? "" : $"?{TunnelPaths.Target}={Uri.EscapeDataString(target)}");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(signedIn.Installation.Agent, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", signedIn.Token);
        request.Headers.Accept.ParseAdd("application/json");
        try
        {
            var (call, refused) = await TunnelCall.OpenAsync(await ReadyAsync(ct), request, ct);
            if (call is not null) return (call, null);
            using (refused) return (null, await ReadAsync(refused!, ct));
        }
        catch (HttpRequestException error)
        {
            return (null, new TunnelRefusal(Words(error)));
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
            var certificate = await DeviceOfMachine.CertifyAsync(signedIn.Installation, state, time, ct);
            var handler = signedIn.Installation.Transport(certificate);
            handler.EnableMultipleHttp2Connections = true;
            handler.InitialHttp2StreamWindowSize = Window;
            handler.PooledConnectionLifetime = Timeout.InfiniteTimeSpan;

            // A gateway that is gone is found out while nothing passes.
            (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));

            // The one before still carries what is open; it goes with the process.
            (_http, _certificate) = (new HttpMessageInvoker(handler), certificate);
            _renew = certificate is null ? DateTimeOffset.MaxValue : time.GetUtcNow() + ((certificate.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime) / 2);
            return _http;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task<TunnelRefusal> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var unauthorized = answer.StatusCode == HttpStatusCode.Unauthorized;
        try
        {
            using var limited = new MemoryStream();
            await using var body = await answer.Content.ReadAsStreamAsync(ct);
            var part = new byte[8 * 1024];
            for (int read; (read = await body.ReadAsync(part, ct)) > 0 && limited.Length < LongestProblem;) limited.Write(part, 0, read);
            if (JsonSerializer.Deserialize(limited.ToArray(), RefusalJson.Default.TunnelProblem) is { Detail: not null } problem) return TunnelRefusal.Of(problem, unauthorized);
        }
        catch (JsonException)
        {
            // Said in other words below.
        }

        return new TunnelRefusal($"the gateway answers {(int)answer.StatusCode}");
    }

    private static string Words(HttpRequestException error) => error switch
    {
        { InnerException: AuthenticationException } => "whoever answers is not believed: it is another installation, or this machine's clock is wrong",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "the gateway has no address",
        _ => $"the gateway cannot be reached ({error.InnerException?.Message ?? error.Message})",
    };
}
