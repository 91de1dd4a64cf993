using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Sessions;

/// <summary>Registers what this folder offers.</summary>
public static class SessionServices
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<SessionStore>()
        .AddSingleton<SignInCodes>()
        .AddSingleton<CredentialResolver>();

    /// <summary>Ends sessions by the clock for as long as the host runs.</summary>
    internal static IServiceCollection AddSessionSweeper(this IServiceCollection services) => services
        .AddSingleton<SessionSweeper>()
        .AddHostedService(static provider => provider.GetRequiredService<SessionSweeper>());
}
