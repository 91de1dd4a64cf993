using Doorward.Gateway.Assertions;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Pages;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>The last stage: asserts who asks, and sends the request on. Without a published key nobody can be asserted, and nothing is sent.</summary>
internal sealed class Departure(Forwarder forwarder, AssertionIssuer assertions)
{
    public Task ForwardAsync(HttpContext context)
    {
        var access = context.Access();
        var state = access.Judgement.State;
        return assertions.Issue(access.Grant!, state) is { } identity
            ? forwarder.ForwardAsync(context, context.Canonical(), identity, state.Routes.Headers)
            : DenialWriter.WriteAsync(context, RefusalPages.Unavailable(
                "no-assertion-key", "The gateway cannot vouch for you yet: the control plane has not published its key. Try again shortly."));
    }
}
