using System.Security.Cryptography.X509Certificates;
using Doorward.Gateway.Assertions;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Tls;
using Doorward.Gateway.Tunnels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway;

/// <summary>Composes a gateway: by itself in its own executable, or beside the control plane in one process.</summary>
public static class GatewayHost
{
    private static readonly TimeSpan ReadyLook = TimeSpan.FromMilliseconds(20);

    /// <summary>A gateway that serves once it is started and its control plane answers.</summary>
    /// <exception cref="GatewayOptionsException">A setting cannot be used.</exception>
    public static WebApplication Build(GatewayOptions options, Action<ILoggingBuilder>? logging = null, TimeProvider? clock = null)
    {
        // Nothing is read from the working directory: no settings files, no watched content.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        logging?.Invoke(builder.Logging);

        // The server starts an activity for each request as soon as this category logs anything; nothing here reads them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // The forwarder here says once what failed, with the reference that the person sees; YARP's own line beside it is a stack trace.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);
        builder.Logging.AddProvider(new HandshakeLog());
        builder.Logging.AddFilter<HandshakeLog>(static (category, _) => category == HandshakeLog.Category);
        var time = clock ?? TimeProvider.System;
        builder.Services.AddGateway(options, time);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ServerMemory>();
        builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.MaxReadBufferSize = GatewayLimits.BufferBytes);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<HostCertificateSource, AnonymousTraffic, ControlPlaneConnection, KeylessReporter, DataConnections>((kestrel, certificates, anonymous, controlPlane, keyless, data) =>
        {
            GatewayLimits.Apply(kestrel);
            var handshake = new TlsHandshake(
                certificates, StrangerCertificate.Create(time.GetUtcNow()), new TlsPolicy
                {
                    ClientCertificateHost = options.AgentHost,
                    ClientCertificate = (_, certificate, _, _) => certificate is null // people have none; each path says what it takes
                        || controlPlane.AcceptsDevice(certificate as X509Certificate2) || controlPlane.AcceptsConnector(certificate as X509Certificate2),
                });
            foreach (var endpoint in options.Listen)
            {
                kestrel.Listen(endpoint, listen =>
                {
                    listen.Use(next => new ClientConnectionMiddleware(next, anonymous.Connections).OnConnectionAsync);
                    listen.Use(next => new PlainHttpMiddleware(next, time).OnConnectionAsync);
                    listen.Use(next => new ClientHelloMiddleware(next, time).OnConnectionAsync);
                    listen.Use(next => new KeylessClientMiddleware(next, keyless).OnConnectionAsync);
                    listen.UseHttps(handshake.ToKestrel());
                    listen.Use(next => new SecuredConnectionMiddleware(next, anonymous.Newcomers).OnConnectionAsync);
                    listen.Use(next => new DataConnectionMiddleware(next, data).OnConnectionAsync);
                });
            }
        });
        var app = builder.Build();
        app.Services.GetRequiredService<Membership>().Open();
        ServeOwnHosts(app.Services, options);
        app.UseGateway();
        return app;
    }

    /// <summary>Completes when requests are judged and forwarded: the first snapshot applied, the lease running, the assertion key published.</summary>
    /// <exception cref="InvalidOperationException">It failed before it was ready, and will not be.</exception>
    public static async Task WaitUntilReadyAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var services = app.Services;
        while (!IsReady(services))
        {
            if (FailureOf(app) is { } failure)
                throw new InvalidOperationException($"the gateway cannot go on: {failure.Message}", failure);
            await Task.Delay(ReadyLook, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Why a gateway that stopped could not go on; null when it was told to stop.</summary>
    public static Exception? FailureOf(WebApplication app) => app.Services.GetServices<IHostedService>().OfType<BackgroundService>()
        .Select(service => service.ExecuteTask?.Exception?.InnerException).FirstOrDefault(failure => failure is not null);

    private static bool IsReady(IServiceProvider services)
    {
        var state = services.GetRequiredService<StateCell>().Current;
        return state.Revision > 0
            && services.GetRequiredService<Lease>().Covers(state.Settings.StrictLease)
            && services.GetRequiredService<AssertionKeys>().Current is not null;
    }

    // The sign-in host and the console live in the control plane, behind the same mutual TLS as the feed.
    private static void ServeOwnHosts(IServiceProvider services, GatewayOptions options)
    {
        var connection = services.GetRequiredService<ControlPlaneConnection>();
        services.GetRequiredService<UpstreamPools>().ServeOwnHostsFrom(options.ControlPlane, new HttpMessageInvoker(connection.CreateHandler()));
    }
}
