using Doorward.Control.Identity.Clients;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Identity.Passkeys;
using Doorward.Control.Identity.Passwords;
using Doorward.Control.Identity.Providers;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Doorward.Control.Identity;

/// <summary>Everything about who people are: their factors, signing in, and vouching for them to others.</summary>
public static class IdentityServices
{
    public static IServiceCollection AddDoorwardIdentity(this IServiceCollection services, InstallationAddress address)
    {
        services.AddSingleton(address);
        services.AddSingleton<PasswordHashing>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<StoppedAttempts>();
        services.AddHostedService(provider => provider.GetRequiredService<StoppedAttempts>());
        services.AddSingleton<SignInAudit>();
        services.AddSingleton<FactorChecks>();
        services.TryAddSingleton<AdministratorAccess>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<KnownHosts>();
        services.AddSingleton<OwnApplications>();
        services.AddSingleton<SignInFlow>();
        services.AddSingleton<Confirmations>();
        services.AddSingleton<InvitationLinks>();
        services.AddSingleton<BootstrapInvitations>();
        services.AddSingleton<IdentityProviders>();
        services.AddSingleton<FederatedPeople>();
        services.AddHostedService<IdentitySweep>();
        return services.AddPasskeys(address).AddOidcServer(address);
    }

    private static IServiceCollection AddPasskeys(this IServiceCollection services, InstallationAddress address)
    {
        services.TryAddScoped(scope => scope.GetRequiredService<IDbContextFactory<DoorwardDb>>().CreateDbContext());
        // Names are checked where they are given (resources, identity providers), by rules of our own.
        services.AddIdentityCore<User>(options => options.User.AllowedUserNameCharacters = "").AddEntityFrameworkStores<DoorwardDb>();
        services.TryAddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = address.AuthHost;
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
            options.AttestationConveyancePreference = "none";
            options.AuthenticatorTimeout = PasskeyCeremonies.Lifetime;
            options.ValidateOrigin = origin => ValueTask.FromResult(!origin.CrossOrigin && origin.Origin == address.AuthOrigin);
        });
        // Of their own: a flood of passwords must not keep passkeys waiting.
        services.AddSingleton<AttemptSlots>();
        services.AddScoped<PasskeyCeremonies>();
        return services;
    }
}
