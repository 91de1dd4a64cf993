using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Enforcement;

/// <summary>Gathers evidence, asks at the door, waits for the record of a new grant, and keeps the connection on it while it lasts.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, Door door, GrantTable grants, Refusals refusals, Strays strays, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        var access = context.Access();
        var held = new HeldConnection(context.Features.GetRequiredFeature<LiveConnection>(), Facts(context), context.Features.Get<ClientConnection>());
        if (access.Credential?.Session is { } session) strays.Look(session, held.Facts);
        var entered = door.TryEnter(access, held, out var grant);
        return grant is null
            ? refusals.AnswerAsync(context, access, held.Facts)
            : StayAsync(context, access, held, grant, entered);
    }

    private async Task StayAsync(HttpContext context, AccessFeature access, HeldConnection held, Grant grant, bool entered)
    {
        try
        {
            // Nothing goes on before the record of the grant is on disk; further requests find it there.
            if (entered && !grant.Recorded.IsCompletedSuccessfully)
                entered = await RecordedAsync(access, held, grant);
            else if (entered && !grant.Recorded.Result)
                entered = Unrecorded(access, grant);

            access.Grant = grant;
            if (!entered)
                await refusals.AnswerAsync(context, access, held.Facts);
            else if (held.Live.IsOpen)
                await next(context);
        }
        finally
        {
            grant.Remove(held);
        }
    }

    private async Task<bool> RecordedAsync(AccessFeature access, HeldConnection held, Grant grant) => await grant.Recorded
        // The disk may have taken long, or the machine may have been suspended meanwhile: what was decided before is old.
        ? door.StaysOpen(access, held.Facts)
        : Unrecorded(access, grant);

    private bool Unrecorded(AccessFeature access, Grant grant)
    {
        grants.TryClose(grant, unusedSince: null);
        access.Judgement = access.Judgement with { Decision = new AccessDecision { Cause = DecisionCause.RecordUnavailable } };
        return false;
    }

    // A certificate speaks for the session of its device, and for no other; connections outlive certificates.
    private string? DeviceOf(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate && clock.GetUtcNow() < new DateTimeOffset(certificate.NotAfter) && SpiffeId.Of(certificate)?.DeviceId is { } device && device == context.Access().Credential?.Session.View.DeviceId
            ? device
            : null;

    private RequestFacts Facts(HttpContext context)
    {
        if (context.Features.Get<TunnelFacts>() is { } tunnel)
        {
            return new RequestFacts(AccessAction.Tunnel, null, ClientAddress.Of(context)) { Tunnel = tunnel, Device = DeviceOf(context) };
        }

        var request = context.Canonical();
        return new RequestFacts(
            RequestFacts.ActionOf(request.Method, request.Upgrade != UpgradeKind.None),
            new HttpEvidence(request.Method, request.Host, request.Route!.IsOpaque ? null : request.Path),
            ClientAddress.Of(context))
        {
            Client = context.Features.Get<ClientHello>()?.Name ?? "",
        };
    }
}
