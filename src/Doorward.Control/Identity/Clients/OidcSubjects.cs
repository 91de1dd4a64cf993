using System.Collections.Immutable;
using System.Security.Claims;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Clients;

/// <summary>
/// What clients are told about people, each time as it is then, and the rule that nothing they hold outlives the session it
/// came from: at every use of a code, refresh token or access token here, the session must still live and the person be enabled.
/// </summary>
public sealed class OidcSubjects(DoorwardDb db, InstallationAddress address, TimeProvider time) :
    IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<HandleTokenRequestContext>, IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    internal const string GroupsScope = "groups";
    internal const string SessionClaim = "sid";

    /// <summary>The principal that OpenIddict makes tokens of.</summary>
    public async Task<ClaimsPrincipal> DescribeAsync(Session session, ImmutableArray<string> scopes, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleAsync(person => person.Id == session.UserId, cancel);
        var identity = new ClaimsIdentity("doorward", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, user.Id)
            .SetClaim(SessionClaim, session.Id)
            .SetClaim(Claims.AuthenticationContextReference, OidcAssurance.Acr(session.Assurance))
            .SetClaims(Claims.AuthenticationMethodReference, [.. session.Methods])
            .SetClaim(Claims.AuthenticationTime, session.Authenticated.ToUnixTimeSeconds());
        if (scopes.Contains(Scopes.Profile))
            identity.SetClaim(Claims.PreferredUsername, user.UserName).SetClaim(Claims.Name, user.DisplayName ?? user.UserName);
        if (scopes.Contains(Scopes.Email))
            identity.SetClaim(Claims.Email, user.Email);
        if (scopes.Contains(GroupsScope))
            identity.SetClaims(GroupsScope, await GroupsAsync(user, cancel));
        identity.SetScopes(scopes);
        identity.SetAudiences(address.AuthOrigin);
        identity.SetRefreshTokenLifetime(session.Expires - time.GetUtcNow());
        identity.SetDestinations(static claim => claim.Type switch
        {
            Claims.Subject or SessionClaim or Claims.AuthenticationContextReference or Claims.AuthenticationTime =>
                [Destinations.AccessToken, Destinations.IdentityToken],
            _ => [Destinations.IdentityToken],
        });
        return new ClaimsPrincipal(identity);
    }

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (!context.IsRejected && (context.AuthorizationCodePrincipal ?? context.DeviceCodePrincipal ?? context.RefreshTokenPrincipal) is { } principal && await FindAsync(principal, context.CancellationToken) is null)
            context.Reject(Errors.InvalidGrant, "The session that this was issued in is over.");
    }

    // What a refreshed ID token says is true when it is made: groups, address and assurance of now, not of the first sign-in.
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (context.IsRejected || !context.Request.IsRefreshTokenGrantType() || context.RefreshTokenPrincipal is not { } before)
            return;
        if (await FindSessionAsync(before, context.CancellationToken) is not { } session)
        {
            context.Reject(Errors.InvalidGrant, "The session that this was issued in is over.");
            return;
        }

        var now = await DescribeAsync(session, before.GetScopes(), context.CancellationToken);
        now.SetAuthorizationId(before.GetAuthorizationId()).SetPresenters(before.GetPresenters()).SetResources(before.GetResources());
        context.SignIn(now);
    }

    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        if (await FindAsync(context.AccessTokenPrincipal, context.CancellationToken) is not { } user)
        {
            context.Reject(Errors.InvalidToken, "The session that this was issued in is over.");
            return;
        }
        var principal = context.AccessTokenPrincipal;
        context.Subject = user.Id;
        if (principal.HasScope(Scopes.Profile))
        {
            context.PreferredUsername = user.UserName;
            context.Claims[Claims.Name] = user.DisplayName ?? user.UserName;
        }
        if (principal.HasScope(Scopes.Email))
            context.Email = user.Email;
        if (principal.HasScope(GroupsScope))
            context.Claims[GroupsScope] = new OpenIddictParameter([.. await GroupsAsync(user, context.CancellationToken)]);
    }

    private async Task<User?> FindAsync(ClaimsPrincipal principal, CancellationToken cancel) =>
        await FindSessionAsync(principal, cancel) is { } session
            ? await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == session.UserId && !user.Disabled, cancel)
            : null;

    private async Task<Session?> FindSessionAsync(ClaimsPrincipal principal, CancellationToken cancel)
    {
        var id = principal.GetClaim(SessionClaim);
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.Id == id && session.Ended == null, cancel);
        return session is not null && SessionLimits.IsLive(session, time.GetUtcNow(), await SessionLimits.IdleTimeoutAsync(db, cancel)) ? session : null;
    }

    private async Task<ImmutableArray<string>> GroupsAsync(User user, CancellationToken cancel) =>
        new Nesting(await GroupDocuments.ReadAsync(db, cancel)).GroupsOf(user.UserName!);
}
