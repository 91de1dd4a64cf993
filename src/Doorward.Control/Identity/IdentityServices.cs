using Doorward.Control.Identity.Passwords;
using Doorward.Control.Identity.SignIns;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Identity;

/// <summary>Everything about who people are: their factors, signing in, and vouching for them to others.</summary>
public static class IdentityServices
{
    public static IServiceCollection AddDoorwardIdentity(this IServiceCollection services)
    {
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<SignInAudit>();
        services.AddSingleton<FactorChecks>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<KnownHosts>();
        services.AddSingleton<SignInFlow>();
        return services;
    }
}
