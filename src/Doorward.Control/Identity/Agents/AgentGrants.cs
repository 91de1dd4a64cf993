using System.Net;
using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Agents;

/// <summary>
/// Where OpenIddict would make an access token for <c>doorward-agent</c>, a session begins and its token takes that place: opaque, kept as
/// its hash, known to gateways. There is no refresh token and no ID token.
/// </summary>
internal sealed class AgentGrants(AgentSessions sessions, IHttpContextAccessor accessor) :
    IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ProcessSignInContext>,
    IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    // Before OpenIddict looks at the code: it would refuse a used one without a word to us.
    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (AgentClient.Is(context.ClientId) && CodeOf(context.Request) is { } code && await sessions.EndUsedAsync(code, context.CancellationToken))
            context.Reject(Errors.InvalidGrant, "This was used before; what it was used for has ended.");
    }

    /// <summary>
    /// Before OpenIddict marks the code used: whoever is refused for that finds what it was used for, and ends it.
    /// </summary>
    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token || !AgentClient.Is(context.ClientId))
            return;
        var begun = context.Principal is { } allowed && CodeOf(context.Request) is { } code
            ? await sessions.BeginAsync(allowed, code, Source(accessor), context.CancellationToken)
            : null;
        if (begun is null)
            context.Reject(Errors.InvalidGrant, "The session that this was allowed in is over, or this was used before.");
        else
            context.Transaction.SetProperty(nameof(AgentSignedIn), begun);
    }

    /// <summary>In place of the tokens that OpenIddict would make.</summary>
    public static ValueTask GiveAsync(ProcessSignInContext context)
    {
        if (context.Transaction.GetProperty<AgentSignedIn>(nameof(AgentSignedIn)) is not { } begun)
            return ValueTask.CompletedTask;
        context.GenerateAccessToken = context.GenerateIdentityToken = context.GenerateRefreshToken = false;
        context.IncludeIdentityToken = context.IncludeRefreshToken = false;
        context.IncludeAccessToken = true;
        context.AccessToken = begun.Token;
        context.Parameters["user"] = begun.UserName;
        context.Parameters["session"] = begun.Session.Id;
        context.Parameters["expires"] = begun.Session.Expires.ToUnixTimeSeconds();
        return ValueTask.CompletedTask;
    }

    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Response.Error == Errors.InvalidGrant && AgentClient.Is(context.Request?.ClientId) && CodeOf(context.Request) is { } code)
            await sessions.EndUsedAsync(code, CancellationToken.None);
    }

    internal static AttemptSource Source(IHttpContextAccessor accessor) => new(accessor.HttpContext?.Connection.RemoteIpAddress ?? IPAddress.None, AgentClient.Id);

    private static string? CodeOf(OpenIddictRequest? request) =>
        request is null ? null : request.IsAuthorizationCodeGrantType() ? request.Code : request.IsDeviceCodeGrantType() ? request.DeviceCode : null;
}
