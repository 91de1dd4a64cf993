using System.Globalization;
using Doorward.Core.Sessions;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Authentication;

/// <summary>Sends a browser to sign in, or to sign in again or stronger, keeping what it was doing in a sealed cookie.</summary>
internal sealed class SignInRedirect(TimeProvider clock)
{
    /// <returns>False when there is no key to seal with yet: the gateway has not heard from its control plane.</returns>
    public bool TryBegin(HttpContext context, GatewayState state, CanonicalRequest request, StepUp? stepUp = null, SessionEndCause? end = null)
    {
        if (state.CookieKeys.Newest is not { } key)
            return false;
        var flow = SignInFlow.Begin(request.Method, request.ForwardTarget, clock.GetUtcNow(), PageBefore(context, request));
        var flowState = SignInFlow.NewState();
        DropForgotten(context);
        context.Response.Cookies.Append(SignInFlow.CookiePrefix + flowState, flow.Seal(key, request.Host, flowState), Options(SignInFlow.Life));
        context.Response.Headers.Location = Location(state.Settings, request.Host, flow, flowState, stepUp, end);
        context.Response.Headers.CacheControl = "no-store";

        // 303 so that a form is not sent to the sign-in host (RFC 9110 section 15.4.4); 302 for what can be asked again.
        context.Response.StatusCode = flow.CanRepeat ? StatusCodes.Status302Found : StatusCodes.Status303SeeOther;
        return true;
    }

    public static CookieOptions Options(TimeSpan? life) => new()
    {
        Path = "/",
        Secure = true,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        IsEssential = true,
        MaxAge = life,
    };

    /// <summary>Path and query of the page that the request came from; null when it is of another host, or does not say.</summary>
    private static string? PageBefore(HttpContext context, CanonicalRequest request) =>
        Uri.TryCreate(context.Request.Headers.Referer, UriKind.Absolute, out var page) && page.Scheme == Uri.UriSchemeHttps && page.IdnHost == request.Host
            ? page.PathAndQuery
            : null;

    private static string Location(GatewaySettings settings, string host, SignInFlow flow, string state, StepUp? stepUp, SessionEndCause? end)
    {
        var location = $"{settings.AuthOrigin}/signin?host={Uri.EscapeDataString(host)}&browser={flow.Browser}&state={state}";
        if (stepUp?.Assurance is { } assurance)
            location += string.Create(CultureInfo.InvariantCulture, $"&assurance={assurance}");
        if (stepUp?.MaxAge is { } age)
            location += string.Create(CultureInfo.InvariantCulture, $"&max_age={(long)age.TotalSeconds}");

        // The cause only: an administrator's words have no place in an address that anybody can write.
        if (end is { } cause)
            location += $"&ended={cause}";
        return location;
    }

    /// <summary>A browser that begins often and never ends must not grow its Cookie header without bound.</summary>
    private static void DropForgotten(HttpContext context)
    {
        var flows = context.Request.Cookies.Keys.Where(name => name.StartsWith(SignInFlow.CookiePrefix, StringComparison.Ordinal)).ToList();
        if (flows.Count < SignInFlow.Limit)
            return;
        foreach (var name in flows)
            context.Response.Cookies.Delete(name, Options(null));
    }
}

/// <summary>What a sign-in must reach: an assurance, a greatest age, or both (RFC 9470 section 4).</summary>
internal sealed record StepUp(int? Assurance, TimeSpan? MaxAge);
