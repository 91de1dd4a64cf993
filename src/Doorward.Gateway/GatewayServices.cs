using System.Diagnostics;
using Doorward.Core.Upstreams;
using Doorward.Gateway.Assertions;
using Doorward.Gateway.Authentication;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Spool;
using Doorward.Gateway.Tunnels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway;

/// <summary>What a gateway is made of, by feature.</summary>
internal static class GatewayServices
{
    public static void AddGateway(this IServiceCollection services, GatewayOptions options, TimeProvider clock)
    {
        services.AddSingleton(options);
        services.AddSingleton(clock);
        AddFeed(services, options);
        AddGrants(services);
        AddEdge(services, options);
        AddTunnels(services);
        services.AddSingleton(provider => new RecordSpool(
            Path.Combine(options.DataDirectory, "spool"), options.SpoolLimit, provider.GetRequiredService<ILogger<RecordSpool>>()));
        services.AddSingleton<Recorder>();
        services.AddSingleton<RecordSender>();
        services.AddSingleton<AssertionKeys>();
        services.AddSingleton<AssertionIssuer>();
        services.AddSingleton<SignInRedirect>();
    }

    private static void AddFeed(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<ControlPlaneConnection>();
        services.AddSingleton<Membership>();
        services.AddSingleton<StateCell>();
        services.AddSingleton<Lease>();
        services.AddSingleton(new StateTransition(options.Name));
        services.AddSingleton(new SessionTable(options.SessionLimit));
        services.AddSingleton<SessionResolver>();
        services.AddSingleton<RouteFollower>();
        services.AddSingleton(static _ => new IssuedCertificates());
        services.AddSingleton<HostCertificateSource>();
        services.AddSingleton<CertificateReporter>();
        services.AddSingleton<Applier>();
        services.AddSingleton<Pinger>();
        services.AddSingleton<RefusalNotes>();
        services.AddSingleton<DeviceContacts>();
        services.AddSingleton<Strays>();
        services.AddSingleton<KeylessReporter>();
        services.AddSingleton<FeedReporters>();
        services.AddHostedService<FeedClient>();
    }

    private static void AddGrants(IServiceCollection services)
    {
        services.AddSingleton<GrantTable>();
        services.AddSingleton<Reevaluation>();
        services.AddSingleton<CutLog>();
        services.AddSingleton<GrantReporter>();
        services.AddSingleton<HealthReporter>();
        services.AddSingleton<GrantCutter>();
        services.AddSingleton<Accountant>();
        services.AddSingleton<ClockWatch>();
        services.AddSingleton<PolicyReach>();
        services.AddSingleton<Judge>();
        services.AddSingleton<Door>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<DenialBudget>();
        services.AddHostedService(provider => provider.GetRequiredService<Accountant>());
        services.AddHostedService(provider => provider.GetRequiredService<ClockWatch>());
    }

    private static void AddTunnels(IServiceCollection services)
    {
        services.AddSingleton(static provider => OwnEndpoints.Of(provider.GetRequiredService<GatewayOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Connectors>();
        services.AddSingleton<ConnectorDoor>();
        services.AddSingleton<ConnectorReporter>();
        services.AddSingleton<DataConnections>();
        services.AddSingleton<TunnelCarrier>();
        services.AddSingleton<OpenTunnels>();
        services.AddHostedService(static provider => provider.GetRequiredService<OpenTunnels>());
    }

    private static void AddEdge(IServiceCollection services, GatewayOptions options)
    {
        services.AddHttpForwarder();
        services.AddSingleton(new AddressRules(options.OwnPorts));
        services.AddSingleton<UpstreamReach>();
        services.AddSingleton<UpstreamPools>();
        services.AddSingleton<Routes>();
        services.AddSingleton<Forwarder>();
        services.AddSingleton<Departure>();
        services.AddSingleton<RefusalWriter>();
        services.AddSingleton<DiagnosticSource, UnreadableRequests>(); // what the server tells of requests that it refuses by itself
        services.AddSingleton<AnonymousTraffic>();
        services.AddSingleton<SessionTraffic>();
        services.AddSingleton<DeviceTraffic>();
        services.AddSingleton<AgentHost>();
    }
}
