using System.Net;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;
using Doorward.Agent.Tunnels;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>
/// The way to one gateway with one certificate, over as many connections as its streams need. It is there for as long as something uses it: a
/// certificate that is renewed ends no stream.
/// </summary>
internal sealed class GatewayConnection : IDisposable
{
    // The credit of a stream, and what stands around it.
    private const int StreamWindow = 2 * TunnelFrame.InitialCredit;
    private readonly HttpClient _http;
    private readonly string _agent;
    private readonly DataDialer _data;
    private int _uses = 1;

    public GatewayConnection(string agent, DnsEndPoint address, X509Certificate2 root, X509Certificate2 certificate)
    {
        (_agent, Certificate) = (agent, certificate);
        var handler = PinnedTransport.Create(root, address, certificate);
        handler.EnableMultipleHttp2Connections = true;
        handler.InitialHttp2StreamWindowSize = StreamWindow;

        // What fell silent is found without anything being sent.
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(5);
        _data = new DataDialer(new Uri(agent), address, handler);
        _http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = TargetsBook.MostBytes,

            // Targets are asked for on the connection that is there.
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>A stream; or why there is none.</summary>
    public async Task<(TunnelCall? Call, string? Problem)> OpenAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            var request = new HttpRequestMessage { RequestUri = new Uri(_agent + path) };
            var (call, refusal) = await TunnelCall.OpenAsync(_http, request, either.Token, _data.DialAsync);
            using (refusal) return (call, refusal is null ? null : Refused(refusal.StatusCode));
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (null, error is OperationCanceledException ? "it does not answer" : error.InnerException?.Message ?? error.Message);
        }
    }

    /// <summary>What is answered there, in bytes; null when nothing is.</summary>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            return await _http.GetByteArrayAsync(new Uri(_agent + path), ct);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return null;
        }
    }

    public void Use() => Interlocked.Increment(ref _uses);

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0) _http.Dispose();
    }

    /// <summary>Breaks off all that uses it.</summary>
    public void Dispose() => _http.Dispose();

    private static string Refused(HttpStatusCode status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        ? "it does not take this replica's certificate: is it retired?"
        : $"it answers {(int)status}";
}
