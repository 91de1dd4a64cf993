using System.Collections.Immutable;

namespace Doorward.Control.Resources.IdentityProviders;

/// <summary>An OpenID Connect provider whose people may sign in here. Subjects are keyed by this resource and the provider's <c>sub</c>.</summary>
public sealed record IdentityProviderSpec
{
    /// <summary>What the sign-in page calls it.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The issuer, exactly as the provider writes it; discovery starts from it.</summary>
    public required Uri Issuer { get; init; }
    public required string ClientId { get; init; }

    /// <summary>Sealed; null for a public client.</summary>
    public string? ClientSecretSealed { get; init; }
    public ImmutableArray<string> Scopes { get; init; } = ["openid", "profile", "email"];

    /// <summary>The claim that names a new subject.</summary>
    public string UsernameClaim { get; init; } = "preferred_username";
    public string EmailClaim { get; init; } = "email";

    /// <summary>Whether an address counts that the provider does not call verified: where nobody can set their own there.</summary>
    public bool UnverifiedEmail { get; init; }

    /// <summary>The claim that lists groups; null when groups are not taken from the provider.</summary>
    public string? GroupsClaim { get; init; }

    /// <summary>The provider's group to ours. What is not named here gives no group.</summary>
    public ImmutableSortedDictionary<string, string> Groups { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Assurance by <c>acr</c>, and by <c>amr</c>; the highest that matches holds, and 1 when none does.</summary>
    public ImmutableSortedDictionary<string, int> Acr { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
    public ImmutableSortedDictionary<string, int> Amr { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Whether somebody who is not known yet becomes a user at the first sign-in.</summary>
    public bool CreateUsers { get; init; } = true;

    /// <summary>PEM of the CA that signed the provider's certificate; null for the system's.</summary>
    public string? CaPem { get; init; }
    public bool Disabled { get; init; }
}
