using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Sessions;

/// <summary>Registers what this folder offers.</summary>
public static class SessionServices
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<SessionStore>()
        .AddSingleton<SignInCodes>()
        .AddSingleton<CredentialResolver>();
}
