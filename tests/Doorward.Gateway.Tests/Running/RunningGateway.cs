using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Threading.Channels;
using Doorward.Core.Applications;
using Doorward.Core.Upstreams;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Doorward.Gateway.Tests.Running;

/// <summary>
/// The outside-facing half of the gateway on a real Kestrel: every step but authentication and evaluation, which here allow everybody.
/// </summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    public const string Domain = "door.test";
    public const int PublicPort = 8443;

    /// <summary>A host whose certificate cannot be had, once an application has it.</summary>
    public const string WithoutCertificate = "bare.test";

    private readonly WebApplication _app;
    private readonly UpstreamPools _pools;
    private readonly Channel<LiveConnection> _connections = Channel.CreateUnbounded<LiveConnection>();

    private RunningGateway(WebApplication app, UpstreamPools pools, Routes routes)
    {
        _app = app;
        _pools = pools;
        Routes = routes;
    }

    public Certificates Certificates { get; private init; } = null!;

    public Routes Routes { get; }

    /// <summary>What was logged.</summary>
    public ConcurrentQueue<string> Messages { get; private init; } = null!;

    /// <summary>HTTP/1.1 without TLS.</summary>
    public int Http1Port { get; private set; }

    /// <summary>HTTP/2 without TLS.</summary>
    public int Http2Port { get; private set; }

    /// <summary>As in production: certificate by SNI.</summary>
    public int TlsPort { get; private set; }

    /// <summary>TLS with one certificate for everything: what the gateway must not rely on not meeting.</summary>
    public int PlainTlsPort { get; private set; }

    /// <summary>The transport connection of the last request on <see cref="Http1Port"/>.</summary>
    public ClientConnection? LastClient { get; private set; }

    public ForwardedIdentity Identity { get; set; } = ForwardedIdentity.Anonymous;

    public static async Task<RunningGateway> StartAsync(
        IEnumerable<ApplicationDefinition> applications,
        ImmutableArray<string> ownedHeaders = default,
        AddressRules? addresses = null,
        TlsPolicy? tls = null,
        TimeProvider? time = null)
    {
        var table = RouteTable.Build(new()
        {
            Domain = Domain,
            PublicPort = PublicPort,
            Applications = [.. applications],
            OwnedHeaders = ownedHeaders.IsDefault ? [] : ownedHeaders,
        });
        var certificates = new Certificates();
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddHttpForwarder();
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddSingleton<DiagnosticSource, UnreadableRequests>();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            GatewayLimits.Apply(options);
            Listen(options, certificates, table, tls ?? new TlsPolicy { ClientCertificateHost = $"agent.{Domain}" }, time ?? TimeProvider.System);
        });
        var app = builder.Build();
        var routes = new Routes();
        var messages = new ConcurrentQueue<string>();
        var pools = new UpstreamPools(Reach.FromHere(time ?? TimeProvider.System, addresses), time ?? TimeProvider.System, new RememberingLogger<UpstreamPools>(messages));
        routes.Replace(table);
        pools.Replace(table);
        var gateway = new RunningGateway(app, pools, routes) { Certificates = certificates, Messages = messages };
        gateway.Compose(time ?? TimeProvider.System);
        await app.StartAsync();
        var ports = app.Urls.Select(url => new Uri(url).Port).ToArray();
        (gateway.Http1Port, gateway.Http2Port, gateway.TlsPort, gateway.PlainTlsPort) = (ports[0], ports[1], ports[2], ports[3]);
        return gateway;
    }

    /// <summary>The next request's connection, once it has reached the forwarder.</summary>
    public async Task<LiveConnection> NextConnectionAsync() =>
        await _connections.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public void Replace(params ApplicationDefinition[] applications)
    {
        var table = RouteTable.Build(new() { Domain = Domain, PublicPort = PublicPort, Applications = [.. applications] });
        Routes.Replace(table);
        _pools.Replace(table);
    }

    /// <summary>Stands in for the control plane.</summary>
    public void ServeOwnHostsFrom(Uri controlPlane) => _pools.ServeOwnHostsFrom(controlPlane, new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false }));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _pools.Dispose();
        Certificates.Dispose();
    }

    private static void Listen(KestrelServerOptions options, Certificates certificates, RouteTable table, TlsPolicy policy, TimeProvider time)
    {
        var handshake = new TlsHandshake(new RoutedCertificates(table, certificates), StrangerCertificate.Create(time.GetUtcNow()), policy);
        options.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Protocols = HttpProtocols.Http1;
            listener.Use(next => new ClientConnectionMiddleware(next).OnConnectionAsync);
        });
        options.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2);
        options.Listen(IPAddress.Loopback, 0, listener =>
        {
            listener.Use(next => new PlainHttpMiddleware(next, time).OnConnectionAsync);
            listener.UseHttps(handshake.ToKestrel());
        });
        options.Listen(IPAddress.Loopback, 0, listener => listener.UseHttps(certificates.Leaf("any.test")));
    }

    private void Compose(TimeProvider time)
    {
        var refusals = new RefusalWriter(Routes, new RememberingLogger<RefusalWriter>(Messages));
        var forwarder = new Forwarder(_app.Services.GetRequiredService<IHttpForwarder>(), _pools, new RememberingLogger<Forwarder>(Messages));
        _app.Use(next => new CanonicalizationMiddleware(next, refusals).InvokeAsync);
        _app.Use(next => new LookMiddleware(next).InvokeAsync);
        _app.Use(next => new RoutingMiddleware(next, Routes, refusals).InvokeAsync);
        _app.Use(next => new CorsMiddleware(next, refusals).InvokeAsync);
        _app.Use(next => new LiveConnectionMiddleware(next, time).InvokeAsync);
        _app.Run(context =>
        {
            LastClient = context.Features.Get<ClientConnection>();
            _connections.Writer.TryWrite(context.Features.GetRequiredFeature<LiveConnection>());
            return forwarder.ForwardAsync(context, context.Features.GetRequiredFeature<CanonicalRequest>(), Identity, Routes.Current.Headers);
        });
    }

    /// <summary>A certificate of the test's authority for every host that has a door, but for one whose certificate nobody can get.</summary>
    private sealed class RoutedCertificates(RouteTable table, Certificates certificates) : IHostCertificates
    {
        private readonly ConcurrentDictionary<string, SslStreamCertificateContext> _contexts = new();

        public bool IsStranger(string host) => table.Find(host) is null;

        public ValueTask<SslStreamCertificateContext?> FindAsync(string host, CancellationToken cancellationToken) =>
            new(host == WithoutCertificate ? null : _contexts.GetOrAdd(host, certificates.Context));
    }
}
