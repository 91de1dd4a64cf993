using System.Net.Mime;
using Doorward.Control.Devices;
using Doorward.Control.Hosting;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;
using Doorward.Core.Tunnels.Joining;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Connectors;

/// <summary>What replicas ask: at <c>auth.</c> while they have no certificate, at <c>agent.</c> with theirs.</summary>
internal static class ConnectorCalls
{
    public static IServiceCollection AddConnectors(this IServiceCollection services) => services
        .AddSingleton<ConnectorLinks>()
        .AddSingleton<ConnectorJoins>()
        .AddSingleton<ReplicaOrders>()
        .AddSingleton<ConnectorAuthentication>()
        .AddSingleton<ConnectorRegister>()
        .AddSingleton<ConnectorReader>()
        .AddSingleton<TargetsReader>();

    public static void MapConnectorCalls(this IEndpointRouteBuilder app, string domain)
    {
        MapJoining(app.MapGroup("").RequireHost($"{SystemApplications.AuthLabel}.{domain}"));
        app.MapGroup("").RequireHost($"{SystemApplications.AgentLabel}.{domain}").WithMetadata(new ForConnectors())
            .MapGet(TunnelPaths.Targets, static async (HttpContext context, ConnectorAuthentication connectors, TargetsReader targets) =>
            {
                var (replica, problem) = await connectors.FindAsync(context);
                return DeviceAnswers.Answer(
                    replica is null ? null : await targets.ReadAsync(replica.Connector, context.RequestAborted), problem, TunnelJson.Default.SignedConnectorTargets);
            });
    }

    private static void MapJoining(RouteGroupBuilder auth)
    {
        auth.MapGet(TunnelPaths.Join, static () => Results.Text(
            "This link joins one machine to a connector, once. On that machine run\n\n    doorward-agent connector join -\n\nand paste the whole link, as it stands in the address bar.\n",
            MediaTypeNames.Text.Plain));
        auth.MapPost(TunnelPaths.Join, static (HttpContext context, ConnectorJoins joins) => DeviceAnswers.AnswerAsync(
            context, JoinJson.Default.ConnectorJoin, async join =>
            {
                var (joined, problem) = await joins.JoinAsync(join, context.Connection.RemoteIpAddress, context.RequestAborted);
                return DeviceAnswers.Answer(joined, problem, JoinJson.Default.ConnectorJoined);
            }));
        auth.MapPost(TunnelPaths.Certificate, static (HttpContext context, ReplicaOrders orders) => DeviceAnswers.AnswerAsync(
            context, JoinJson.Default.SignedReplicaOrder, async order =>
            {
                var (certificate, problem) = await orders.TakeAsync(order, context.RequestAborted);
                return DeviceAnswers.Answer(certificate, problem, JoinJson.Default.ReplicaCertificate);
            }));
    }
}
