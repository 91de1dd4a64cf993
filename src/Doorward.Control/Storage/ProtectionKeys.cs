using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Storage;

/// <summary>
/// The keys of data protection, which seal what is kept in the browsers of people who are not signed in yet. Made before they
/// are needed, never in the middle of a request: that one may hold the write turn that storing a key takes.
/// </summary>
internal sealed class ProtectionKeys(IKeyManager keys)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(90);
    internal static readonly TimeSpan AtMostEvery = TimeSpan.FromHours(1);
    internal static readonly TimeSpan Reserve = TimeSpan.FromDays(14);

    /// <summary>Adds a key when none is good for long enough.</summary>
    /// <exception cref="InstallationException">A key cannot be opened: do not start.</exception>
    public void Renew()
    {
        // The framework judges its keys by the system's clock.
        var now = TimeProvider.System.GetUtcNow();
        if (!keys.GetAllKeys().Any(key => !key.IsRevoked && key.ExpirationDate > now + Reserve && key.ActivationDate <= now))
        {
            keys.CreateNewKey(now, now + Life);
        }
    }

    /// <summary>Adds a key now, unless the newest was made just now. What the others sealed opens until they expire.</summary>
    public bool Rotate()
    {
        var now = TimeProvider.System.GetUtcNow();
        if (keys.GetAllKeys().Any(key => !key.IsRevoked && key.CreationDate + AtMostEvery > now)) return false;
        keys.CreateNewKey(now, now + Life);
        return true;
    }
}

/// <summary>Adds data protection with our keys; without this the framework would keep its own in the home directory, in the clear.</summary>
internal static class ProtectionKeyServices
{
    public static void AddProtectionKeys(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("doorward").DisableAutomaticKeyGeneration();

        // It warns that keys are kept in the clear, because it cannot know that the repository seals them.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error));
        services.AddSingleton<SealedKeyRepository>();
        services.AddSingleton<ProtectionKeys>();
        services.AddOptions<KeyManagementOptions>().Configure<SealedKeyRepository>(static (options, repository) => options.XmlRepository = repository);
    }
}
