using System.Collections.Immutable;

namespace Doorward.Control.Identity.Clients;

/// <summary>An application of others' making that signs people in here by OpenID Connect. Its name is its client id.</summary>
public sealed record OidcClientSpec
{
    public const string Kind = "OidcClient";

    public string? DisplayName { get; init; }

    /// <summary>Compared character by character.</summary>
    public required ImmutableArray<string> RedirectUris { get; init; }

    public ImmutableArray<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Null for a public client.</summary>
    public string? ClientSecretHash { get; init; }
}
