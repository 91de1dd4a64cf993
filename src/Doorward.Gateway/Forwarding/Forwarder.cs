using Doorward.Gateway.Connections;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Doorward.Gateway.Forwarding;

/// <summary>The last step: the request goes to the upstream as it was judged, and the answer comes back, or a page that says why not.</summary>
internal sealed partial class Forwarder(IHttpForwarder forwarder, UpstreamPools pools, ILogger<Forwarder> logger)
{
    /// <summary>Forwards a routed, allowed request. <paramref name="headers"/> are those of the route table that routed it.</summary>
    public async Task ForwardAsync(HttpContext context, CanonicalRequest request, ForwardedIdentity identity, HeaderRules headers)
    {
        var pool = pools.Find(request.Route!);
        if (pool?.Choose() is not { } upstream)
        {
            var down = Down(request.Route!) with { Detail = "it has no upstream whose settings can be used" };
            LogWithoutUpstream(request.Route!.Name, down.Reference);
            await DenialWriter.WriteAsync(context, down);
            return;
        }

        AllowQuietBody(context, request);
        var ended = context.Features.Get<LiveConnection>()?.Ended ?? CancellationToken.None;
        var config = request.Upgrade == UpgradeKind.None ? pool.Request : pool.Upgrade;
        upstream.Begin();
        ForwarderError error;
        try
        {
            error = await forwarder.SendAsync(context, upstream.Prefix, upstream.Invoker, config, new ForwardTransformer(request, identity, headers), ended);
        }
        finally
        {
            upstream.End();
        }

        if (error == ForwarderError.None) upstream.Succeeded();
        else await ReportAsync(context, request, upstream, error);
    }

    private Task ReportAsync(HttpContext context, CanonicalRequest request, Upstream upstream, ForwarderError error)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;

        // An upstream that breaks off in the middle has the client reset too, which says nothing of the client.
        if (error != ForwarderError.ResponseBodyDestination && context.RequestAborted.IsCancellationRequested) return Task.CompletedTask;
        if (error == ForwarderError.RequestBodyClient) return RefuseBodyAsync(context, exception);
        if (!ForwardFailure.BlamesUpstream(error)) return Task.CompletedTask;
        upstream.Failed(ForwardFailure.IsUnreachable(exception));
        var name = request.Route!.Name;
        var denial = ForwardFailure.IsTimeout(error, exception) && !request.Route!.IsServedByControlPlane ? RefusalPages.UpstreamTimeout(name) : Down(request.Route!);
        var detail = ForwardFailure.Describe(upstream.Prefix, error, exception);
        LogFailed(name, detail, error, denial.Reference);
        return DenialWriter.WriteAsync(context, denial with { Detail = detail });
    }

    // What follows on the connection is no request for certain.
    private static Task RefuseBodyAsync(HttpContext context, Exception? exception)
    {
        if (!context.Response.HasStarted && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        return DenialWriter.WriteAsync(context, RefusalPages.Unreadable(ForwardFailure.ServersReason(exception)));
    }

    private static Denial Down(Route route) => route.IsServedByControlPlane ? RefusalPages.ControlPlaneDown(route) : RefusalPages.UpstreamDown(route.Name);

    // A gRPC or WebSocket stream may be silent for long; the body floor would end it after 5 seconds.
    private static void AllowQuietBody(HttpContext context, CanonicalRequest request)
    {
        var isGrpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false;
        if ((isGrpc || request.IsWebSocket) && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } floor) floor.MinDataRate = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Application {Application}: {Detail} ({Error}, {Reference})")]
    private partial void LogFailed(string application, string detail, ForwarderError error, string reference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Application {Application}: it has no upstream whose settings can be used ({Reference})")]
    private partial void LogWithoutUpstream(string application, string reference);
}
