using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// Of a request for a tunnel, once it is known who asks: which target of the application, left as <see cref="TunnelFacts"/> for the stages
/// behind. Nothing is looked up: what the application does not name is refused.
/// </summary>
internal sealed class TunnelMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Canonical();
        if (request.Route!.Kind != RouteKind.Agent) return next(context);
        var access = context.Access();
        if (access.Credential is not { } credential) return DenialWriter.WriteAsync(context, AccessPages.NoSession(access.SessionEnd));
        if (request.Method != HttpMethods.Post || request.Version != RequestVersion.Http2) return DenialWriter.WriteAsync(context, TunnelPages.NotAsked());
        if (IsOfAnotherDevice(context, credential.Session.View)) return DenialWriter.WriteAsync(context, TunnelPages.OtherDevice());
        var application = access.Application!;
        if (application.Definition is not { Connector: { } connector, Tcp: [_, ..] targets })
            return DenialWriter.WriteAsync(context, TunnelPages.NoApplication(application.Name));
        if (Choose([.. targets], context.Request.Query[TunnelPaths.Target]) is not { } target)
            return DenialWriter.WriteAsync(context, TunnelPages.NoTarget(application.Name, context.Request.Query[TunnelPaths.Target]));
        context.Features.Set(new TunnelFacts(target, connector));
        return OpenAsync(context);
    }

    // Cut before there is an answer: at the record of its grant, or while the connector tries the target.
    private async Task OpenAsync(HttpContext context)
    {
        var opening = new OpeningTunnel();
        context.Features.Set(opening);
        context.Features.GetRequiredFeature<LiveConnection>().Follow(opening);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (opening.Cut is not null)
        {
            // Said below.
        }

        if (opening.Cut is { } reason) await DenialWriter.WriteAsync(context, TunnelPages.Cut(reason));
    }

    private static TunnelEvidence? Choose(TunnelTarget[] targets, StringValues asked)
    {
        const string protocol = "tcp";
        if (asked.Count == 0) return targets is [{ Ports: [{ First: var first, Last: var last }] } only] && first == last ? new TunnelEvidence(only.Host, first, protocol) : null;
        if (asked is not [{ } text] || !TunnelTarget.TryRead(text, out var host, out var port)) return null;

        // Whoever knows an application by its name alone, as a proxy does, says the port: it is one host's, or nobody's.
        if (host == TunnelTarget.AnyHost) return targets.Where(target => target.Ports.Any(range => range.Holds(port))).ToList() is [var one] ? new TunnelEvidence(one.Host, port, protocol) : null;
        return targets.Any(target => target.Holds(host, port)) ? new TunnelEvidence(host, port, protocol) : null;
    }

    private static bool IsOfAnotherDevice(HttpContext context, SessionView session) =>
        session.DeviceId is { } device && context.Connection.ClientCertificate is { } certificate && SpiffeId.Of(certificate)?.DeviceId != device;
}
