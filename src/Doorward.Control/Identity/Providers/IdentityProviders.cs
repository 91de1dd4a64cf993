using System.Collections.Concurrent;
using System.Text.Json;
using Doorward.Control.Resources.IdentityProviders;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.Providers;

/// <summary>The OpenID Connect providers that people may sign in with; each keeps its discovery document and keys until the resource changes.</summary>
public sealed class IdentityProviders(IDbContextFactory<DoorwardDb> databases, SecretSealer sealer, InstallationAddress address, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, UpstreamProvider> open = new(StringComparer.Ordinal);

    /// <summary>Name and what people call it, of those that are switched on.</summary>
    public async Task<IReadOnlyList<(string Name, string Display)>> ListAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var documents = await db.Resources.AsNoTracking().Where(resource => resource.Kind == ResourceKinds.IdentityProvider).OrderBy(resource => resource.Name).ToListAsync(cancel);
        return [.. documents.Select(document => (document.Name, Spec: Read(document))).Where(provider => !provider.Spec.Disabled).Select(provider => (provider.Name, provider.Spec.DisplayName))];
    }

    /// <summary>Null when there is none of that name, or it is switched off.</summary>
    public async Task<UpstreamProvider?> FindAsync(string name, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var document = await db.Resources.AsNoTracking().SingleOrDefaultAsync(resource => resource.Kind == ResourceKinds.IdentityProvider && resource.Name == name, cancel);
        if (document is null || Read(document) is not { Disabled: false } spec)
            return null;
        if (open.TryGetValue(name, out var known) && known.Json == document.Json)
            return known;
        var secret = spec.ClientSecretSealed is { } closed ? sealer.UnsealText(SecretPurposes.IdentityProviderSecret, name, closed) : null;
        var made = new UpstreamProvider(name, document.Json, spec, secret, new Uri($"{address.AuthOrigin}/signin/from/{name}"), time);
        // The one before may be in use by another request; it holds only idle connections, which end by themselves.
        open[name] = made;
        return made;
    }

    public void Dispose()
    {
        foreach (var provider in open.Values)
            provider.Dispose();
    }

    private static IdentityProviderSpec Read(ResourceDocument document) => JsonSerializer.Deserialize<IdentityProviderSpec>(document.Json, JsonSerializerOptions.Web)!;
}
