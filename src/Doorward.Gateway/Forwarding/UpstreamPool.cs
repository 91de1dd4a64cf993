using System.Collections.Immutable;
using System.Text;
using Doorward.Core.Applications;
using Doorward.Core.Upstreams;
using Yarp.ReverseProxy.Forwarder;

namespace Doorward.Gateway.Forwarding;

/// <summary>The upstreams of one application, and how requests are spread over them. Made anew when the definition changes.</summary>
internal sealed class UpstreamPool : IDisposable
{
    // More upstreams than this are a load balancer's business; the rest stay unused.
    private const int MostCompared = 256;

    private readonly HealthProbe? _probe;
    private int _next;

    public UpstreamPool(ApplicationDefinition definition, ImmutableArray<Upstream> upstreams, TimeProvider time)
    {
        Upstreams = upstreams;
        Request = new ForwarderRequestConfig
        {
            ActivityTimeout = definition.ActivityTimeout,
            Version = definition.Protocol == UpstreamProtocol.Http2 ? new Version(2, 0) : new Version(1, 1),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        // WebSockets may be quiet for hours, and few upstreams speak them over HTTP/2.
        Upgrade = Request with { ActivityTimeout = Timeout.InfiniteTimeSpan, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (definition.HealthCheck is { } check) _probe = HealthProbe.Start(definition, check, upstreams, time);
    }

    public ImmutableArray<Upstream> Upstreams { get; }

    public ForwarderRequestConfig Request { get; }

    public ForwarderRequestConfig Upgrade { get; }

    /// <summary>
    /// The healthy upstream with the fewest requests under way, taking turns among equals. When none is healthy all are tried: checks
    /// may be wrong, and a refusal would make an outage of it. Null only when there is none at all.
    /// </summary>
    public Upstream? Choose()
    {
        if (Upstreams.Length <= 1) return Upstreams.Length == 0 ? null : Upstreams[0];
        return Least(healthyOnly: true) ?? Least(healthyOnly: false);
    }

    private Upstream? Least(bool healthyOnly)
    {
        // Counts move meanwhile; a choice that is a moment old is good enough.
        Span<int> equals = stackalloc int[Math.Min(Upstreams.Length, MostCompared)];
        var (count, fewest) = (0, int.MaxValue);
        for (var i = 0; i < equals.Length; i++)
        {
            if (healthyOnly && !Upstreams[i].IsHealthy) continue;
            var requests = Upstreams[i].Requests;
            if (requests < fewest) (count, fewest) = (0, requests);
            if (requests == fewest) equals[count++] = i;
        }

        return count == 0 ? null : Upstreams[equals[(int)((uint)Interlocked.Increment(ref _next) % (uint)count)]];
    }

    /// <summary>Builds the pool; upstreams whose settings cannot be used are left out and named.</summary>
    public static (UpstreamPool Pool, ImmutableArray<string> Problems) Create(ApplicationDefinition definition, UpstreamReach reach, TimeProvider time)
    {
        var upstreams = ImmutableArray.CreateBuilder<Upstream>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var (address, index) in definition.Upstreams.Select((upstream, index) => (upstream.Address, index)))
        {
            var (tls, problem) = UpstreamTrust.Read(definition.Tls, address);
            if (tls is null) problems.Add($"application {definition.Name}, upstream {index + 1}: {problem}");
            else upstreams.Add(new Upstream(address, new HttpMessageInvoker(Handler(definition, reach, tls)), time));
        }

        return (new UpstreamPool(definition, upstreams.ToImmutable(), time), problems.ToImmutable());
    }

    /// <summary>A handler that adds nothing of its own: no redirects, cookies, proxies or decompression.</summary>
    internal static SocketsHttpHandler Handler(ApplicationDefinition definition, UpstreamReach reach, System.Net.Security.SslClientAuthenticationOptions tls) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ConnectTimeout = definition.ConnectTimeout,
        ConnectCallback = reach.DialerOf(definition, tls).ConnectAsync,

        // Addresses behind a name change; a connection that never ends would never notice. Nor would one through a machine that drains.
        PooledConnectionLifetime = definition.Connector is null ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(30),

        // A client's trace headers go through as they are; an activity for every request would cost more than its evaluation.
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
    };

    public void Dispose()
    {
        _probe?.Dispose();
        foreach (var upstream in Upstreams) upstream.Dispose();
    }
}
