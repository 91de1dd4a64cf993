using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// What connectors ask at <c>agent.</c>, by their certificates: orders and streams are served here, targets by the control plane. Who is
/// no replica in the state, whatever certificate it has, is refused before anything of the request is read.
/// </summary>
internal sealed class ConnectorDoor(Connectors connectors, Forwarder forwarder, AnonymousTraffic anonymous, TimeProvider clock)
{
    // Streams, and the connections that carry them; far beyond what one replica serves.
    private const int MostOfOne = 20_000;
    internal const int MostConnections = 2 * MostOfOne / GatewayLimits.StreamsPerConnection;

    public static bool IsFor(string path) => path.StartsWith("/connector/", StringComparison.Ordinal);

    public Task ServeAsync(HttpContext context, GatewayState state)
    {
        if (context.Connection.ClientCertificate is not { } certificate || ReplicaOf(certificate, state) is not { } name || connectors.Find(name) is not { } replica)
        {
            anonymous.Admit(context);
            return DenialWriter.WriteAsync(context, TunnelPages.NoConnector());
        }

        var request = context.Canonical();
        context.Features.Get<ClientConnection>()?.Vouch(replica.Allowance, MostConnections);
        if (!replica.Allowance.TryBegin(MostOfOne)) return DenialWriter.WriteAsync(context, RefusalPages.TooMany());
        context.Response.OnCompleted(() =>
        {
            replica.Allowance.End();
            return Task.CompletedTask;
        });
        return (request.Method, request.Path) switch
        {
            ("GET", TunnelPaths.Targets) => forwarder.ForwardAsync(context, request, ForwardedIdentity.OfDevice(certificate), state.Routes.Headers),
            ("POST", TunnelPaths.Orders) when request.Version == RequestVersion.Http2 => ServeOrdersAsync(context, replica, certificate),
            ("POST", var path) when request.Version == RequestVersion.Http2 && path.StartsWith(TunnelPaths.Streams, StringComparison.Ordinal) =>
                ServeStreamAsync(context, replica, path[TunnelPaths.Streams.Length..]),
            _ => DenialWriter.WriteAsync(context, RefusalPages.NotFound()),
        };
    }

    private async Task ServeOrdersAsync(HttpContext context, Replica replica, X509Certificate2 certificate)
    {
        var stream = new OrderStream(context.Request.BodyReader, context.Response.BodyWriter, ClientAddress.Of(context).ToString(), clock)
        {
            Ends = new DateTimeOffset(certificate.NotAfter),
        };
        if (!replica.Begin(stream))
        {
            await DenialWriter.WriteAsync(context, RefusalPages.TooMany());
            return;
        }

        try
        {
            await BeginAsync(context);
            await stream.RunAsync(message => connectors.Heard(replica, message), context.RequestAborted);
        }
        finally
        {
            connectors.End(replica, stream);
            LiveConnection.Abort(context);
        }
    }

    private async Task ServeStreamAsync(HttpContext context, Replica replica, string order)
    {
        if (connectors.Claim(replica, order) is not { } claim)
        {
            await DenialWriter.WriteAsync(context, TunnelPages.NoOrder());
            return;
        }

        await using var stream = new FarStream(context);
        var isGiven = false;
        try
        {
            await BeginAsync(context);
            isGiven = claim.TryGive(stream);
        }
        finally
        {
            // Whoever waits asks another, instead of waiting for one that is not to come.
            if (!isGiven) claim.Abandon();
        }

        if (isGiven) await stream.Released;
    }

    /// <summary>Answers that frames follow. They may not come for hours: the body floor would end them after 5 seconds.</summary>
    internal static async Task BeginAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } floor) floor.MinDataRate = null;
        context.Response.ContentType = TunnelPaths.ContentType;
        await context.Response.StartAsync(context.RequestAborted);

        // Only now the headers go.
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // The handshake looked at its time as well, but connections outlive certificates.
    private (string, string)? ReplicaOf(X509Certificate2 certificate, GatewayState state) =>
        clock.GetUtcNow() < new DateTimeOffset(certificate.NotAfter) && SpiffeId.Of(certificate)?.Replica is { } replica && Connectors.IsIn(state, replica) ? replica : null;
}
