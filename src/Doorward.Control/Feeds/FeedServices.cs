using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Feeds;

/// <summary>Registers and maps what gateways call.</summary>
internal static class FeedServices
{
    public static IServiceCollection AddFeeds(this IServiceCollection services)
    {
        services.AddGrpc(options =>
        {
            options.Interceptors.Add<GatewayInterceptor>();
            options.MaxReceiveMessageSize = 4 * 1024 * 1024;
            options.EnableDetailedErrors = false;
        });
        return services
            .AddSingleton<GatewayInterceptor>()
            .AddSingleton<SnapshotReader>()
            .AddSingleton<ConnectedGateways>()
            .AddSingleton<LiveGrants>()
            .AddSingleton<GrantCuts>()
            .AddSingleton<HeldCertificates>()
            .AddSingleton<LastUses>()
            .AddSingleton<UpstreamStates>()
            .AddSingleton<ConnectorStates>()
            .AddSingleton<AssertionKeys>()
            .AddSingleton<GatewayLedger>()
            .AddSingleton<GatewayReports>();
    }

    public static void MapFeeds(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<MembershipService>();
        endpoints.MapGrpcService<FeedService>();
        endpoints.MapGrpcService<SessionsService>();
        endpoints.MapGrpcService<HostCertificatesService>();
    }
}
