using Doorward.Gateway.Assertions;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Tunnels;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>The last stage: asserts who asks, and sends the request on, or carries the tunnel. Without a published key nobody can be asserted, and nothing is sent.</summary>
internal sealed class Departure(Forwarder forwarder, AssertionIssuer assertions, TunnelCarrier tunnels)
{
    public Task ForwardAsync(HttpContext context)
    {
        if (context.Features.Get<TunnelFacts>() is { } tunnel) return tunnels.CarryAsync(context, tunnel);
        var access = context.Access();
        var state = access.Judgement.State;
        return assertions.Issue(access.Grant!, state) is { } identity
            ? forwarder.ForwardAsync(context, context.Canonical(), identity, state.Routes.Headers)
            : DenialWriter.WriteAsync(context, RefusalPages.Unavailable(
                "no-assertion-key", "The gateway cannot vouch for you yet: the control plane has not published its key. Try again shortly."));
    }
}
