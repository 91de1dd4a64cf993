using Doorward.Control.Identity.Agents;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Clients;

/// <summary>
/// The OpenID provider for applications of others' making. OpenIddict's defaults are made strict: PKCE always and S256
/// only, no leeway for used refresh tokens, codes for 30 seconds, and nothing outlives the session it came from.
/// </summary>
internal static class OidcServer
{
    internal static readonly TimeSpan AccessTokenLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromSeconds(30);

    internal static IServiceCollection AddOidcServer(this IServiceCollection services, InstallationAddress address)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<OidcKeys>();
        services.AddHostedService<OidcKeyRotation>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>, OidcKeysSetup>();
        services.AddScoped<OidcClients>();
        services.AddScoped<OidcSubjects>();
        services.AddScoped<OneTimeTokens>();
        services.AddSingleton<AgentSessions>();
        services.AddScoped<AgentGrants>();
        services.AddScoped<DeviceCodes>();
        services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<DoorwardDb>();
                core.ReplaceApplicationManager<OpenIddictEntityFrameworkCoreApplication, HashedClients>();
            })
            .AddServer(server => Configure(server, address));
        services.Configure<AuthenticationOptions>(options => options.DefaultScheme = null);
        return services;
    }

    private static void Configure(OpenIddictServerBuilder server, InstallationAddress address)
    {
        server.SetIssuer(new Uri(address.AuthOrigin))
            .SetAuthorizationEndpointUris("connect/authorize")
            .SetTokenEndpointUris("connect/token")
            .SetUserInfoEndpointUris("connect/userinfo")
            .SetRevocationEndpointUris("connect/revoke")
            .SetEndSessionEndpointUris("connect/logout")
            .SetDeviceAuthorizationEndpointUris("connect/device")
            .SetEndUserVerificationEndpointUris(AgentClient.CodePath[1..]);
        server.AllowAuthorizationCodeFlow().AllowRefreshTokenFlow().AllowDeviceAuthorizationFlow().RequireProofKeyForCodeExchange();
        server.Configure(options => options.CodeChallengeMethods.Remove(CodeChallengeMethods.Plain));
        server.SetAuthorizationCodeLifetime(CodeLifetime)
            .SetAccessTokenLifetime(AccessTokenLifetime)
            .SetIdentityTokenLifetime(AccessTokenLifetime)
            .SetDeviceCodeLifetime(AgentClient.CodeLifetime)
            .SetUserCodeLifetime(AgentClient.CodeLifetime)
            // RFC 8628 section 6.1: no vowels, no words.
            .SetUserCodeCharset([.. "BCDFGHJKLMNPQRSTVWXZ".Select(static letter => letter.ToString())])
            .SetUserCodeLength(8)
            .SetRefreshTokenReuseLeeway(TimeSpan.Zero)
            .DisableAccessTokenEncryption();
        server.RegisterScopes(Scopes.OpenId, Scopes.Profile, Scopes.Email, OidcSubjects.GroupsScope, Scopes.OfflineAccess);
        server.RegisterClaims(Claims.Subject, Claims.Name, Claims.PreferredUsername, Claims.Email, OidcSubjects.GroupsScope,
            Claims.AuthenticationTime, Claims.AuthenticationContextReference, Claims.AuthenticationMethodReference, OidcSubjects.SessionClaim);
        server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableEndSessionEndpointPassthrough().EnableEndUserVerificationEndpointPassthrough();
        server.AddEventHandler<ProcessRequestContext>(handler => handler.UseSingletonHandler<OnlyAtAuthHost>().SetOrder(int.MinValue + 50_000));
        // The certificate of this connection is the gateway's. Taken for the client's, it has every public client refused.
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<ExtractTokenRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<ExtractDeviceAuthorizationRequestContext>.Descriptor);
        server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<ExtractRevocationRequestContext>.Descriptor);
        AddClients(server);
        AddSubjects(server);
        AddAgents(server);
    }

    private static void AddAgents(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseScopedHandler<AgentGrants>().SetOrder(int.MinValue + 1_000));
        server.AddEventHandler<ProcessSignInContext>(handler => handler.UseScopedHandler<AgentGrants>().SetOrder(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor.Order - 500));
        server.AddEventHandler<ProcessSignInContext>(handler => handler.UseInlineHandler(AgentGrants.GiveAsync).SetOrder(OpenIddictServerHandlers.EvaluateGeneratedTokens.Descriptor.Order + 500));
        server.AddEventHandler<ApplyTokenResponseContext>(handler => handler.UseScopedHandler<AgentGrants>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ValidateDeviceAuthorizationRequestContext>(handler => handler.UseScopedHandler<DeviceCodes>().SetOrder(int.MaxValue - 1_000));
        server.AddEventHandler<HandleDeviceAuthorizationRequestContext>(handler => handler.UseScopedHandler<DeviceCodes>().SetOrder(int.MinValue));
        server.AddEventHandler<ApplyDeviceAuthorizationResponseContext>(handler => handler.UseScopedHandler<DeviceCodes>().SetOrder(int.MinValue + 100_000));
        server.AddEventHandler<ApplyTokenResponseContext>(handler => handler.UseScopedHandler<DeviceCodes>().SetOrder(int.MinValue + 100_000));
    }

    // Clients are resources; what OpenIddict keeps of them is brought up to date by the request that needs it.
    private static void AddClients(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseScopedHandler<OidcClients>().SetOrder(int.MinValue));
        server.AddEventHandler<ValidateDeviceAuthorizationRequestContext>(handler => handler.UseScopedHandler<OidcClients>().SetOrder(int.MinValue));
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseScopedHandler<OidcClients>().SetOrder(int.MinValue));
        server.AddEventHandler<ValidateRevocationRequestContext>(handler => handler.UseScopedHandler<OidcClients>().SetOrder(int.MinValue));
        server.AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseScopedHandler<OidcClients>().SetOrder(int.MinValue));
    }

    private static void AddSubjects(OpenIddictServerBuilder server)
    {
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseScopedHandler<OidcSubjects>().SetOrder(int.MaxValue - 1_000));
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseScopedHandler<OneTimeTokens>().SetOrder(int.MaxValue - 500));
        server.AddEventHandler<ValidateTokenContext>(handler => handler.UseScopedHandler<OneTimeTokens>().SetOrder(OpenIddictServerHandlers.Protection.ValidateTokenEntry.Descriptor.Order - 500));
        // After OpenIddict has taken the claims of the refresh token for those of the new tokens.
        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseScopedHandler<OidcSubjects>().SetOrder(int.MaxValue - 1_000));
        server.AddEventHandler<HandleUserInfoRequestContext>(handler => handler.UseScopedHandler<OidcSubjects>().SetOrder(int.MaxValue - 1_000));
        server.AddEventHandler<HandleConfigurationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            context.Metadata["acr_values_supported"] = new OpenIddictParameter(OidcAssurance.Supported);
            return ValueTask.CompletedTask;
        }).SetOrder(int.MaxValue - 1_000));
    }
}
