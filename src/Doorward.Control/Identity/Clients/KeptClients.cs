using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Doorward.Control.Identity.Clients;

/// <summary>What OpenIddict keeps of clients, compared by version with the resources, which are the truth about them.</summary>
internal sealed class KeptClients(DoorwardDb db, IOpenIddictApplicationManager applications)
{
    private const string VersionProperty = "doorward:version";

    // Those that are said to have the address by the resources, and those that OpenIddict still believes to have it.
    public async Task AlignAllAsync(string address, CancellationToken cancel)
    {
        var documents = await db.Resources.AsNoTracking().Where(resource => resource.Kind == OidcClientSpec.Kind).ToListAsync(cancel);
        var clients = documents.Where(document => Read(document).PostLogoutRedirectUris.Contains(address, StringComparer.Ordinal)).Select(document => document.Name).ToHashSet(StringComparer.Ordinal);
        await foreach (var application in applications.FindByPostLogoutRedirectUriAsync(address, cancel))
        {
            if (await applications.GetClientIdAsync(application, cancel) is { } id)
                clients.Add(id);
        }

        foreach (var client in clients)
            await AlignAsync(client, cancel);
    }

    private static OidcClientSpec Read(ResourceDocument document) => JsonSerializer.Deserialize<OidcClientSpec>(document.Json, JsonSerializerOptions.Web)!;

    public async Task AlignAsync(string clientId, CancellationToken cancel)
    {
        if (AgentClient.Is(clientId))
        {
            await AlignAgentAsync(cancel);
            return;
        }

        var document = await db.Resources.AsNoTracking().SingleOrDefaultAsync(resource => resource.Kind == OidcClientSpec.Kind && resource.Name == clientId, cancel);
        var known = await applications.FindByClientIdAsync(clientId, cancel);
        if (document is null)
        {
            if (known is not null)
                await applications.DeleteAsync(known, cancel);
            return;
        }
        // The time tells a client that was deleted and made again from the one before it.
        var version = string.Create(CultureInfo.InvariantCulture, $"{document.Created.ToUnixTimeMilliseconds()}.{document.Version}");
        if (known is null)
            await applications.CreateAsync(Describe(document, version), cancel);
        else if (!IsAt(await applications.GetPropertiesAsync(known, cancel), version))
            await applications.UpdateAsync(known, Describe(document, version), cancel);
    }

    private async ValueTask AlignAgentAsync(CancellationToken cancel)
    {
        var known = await applications.FindByClientIdAsync(AgentClient.Id, cancel);
        if (known is not null && IsAt(await applications.GetPropertiesAsync(known, cancel), AgentClient.Version))
            return;
        var descriptor = AgentClient.Describe();
        descriptor.Properties[VersionProperty] = JsonSerializer.SerializeToElement(AgentClient.Version);
        if (known is null)
            await applications.CreateAsync(descriptor, cancel);
        else
            await applications.UpdateAsync(known, descriptor, cancel);
    }

    private static bool IsAt(ImmutableDictionary<string, JsonElement> properties, string version) =>
        properties.TryGetValue(VersionProperty, out var kept) && kept.ValueEquals(version);

    private static OpenIddictApplicationDescriptor Describe(ResourceDocument document, string version)
    {
        var spec = Read(document);
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = document.Name,
            DisplayName = spec.DisplayName ?? document.Name,
            ClientType = spec.ClientSecretHash is null ? ClientTypes.Public : ClientTypes.Confidential,
            // Already the hash, which HashedClients takes as it is.
            ClientSecret = spec.ClientSecretHash,
            // The operator agreed by making the resource.
            ConsentType = ConsentTypes.Implicit,
        };
        descriptor.Properties[VersionProperty] = JsonSerializer.SerializeToElement(version);
        descriptor.RedirectUris.UnionWith(spec.RedirectUris.Select(uri => new Uri(uri)));
        descriptor.PostLogoutRedirectUris.UnionWith(spec.PostLogoutRedirectUris.Select(uri => new Uri(uri)));
        descriptor.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        descriptor.Permissions.UnionWith(
        [
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation, Permissions.Endpoints.EndSession,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
            Permissions.Scopes.Profile, Permissions.Scopes.Email, Permissions.Prefixes.Scope + OidcSubjects.GroupsScope,
        ]);
        return descriptor;
    }
}
