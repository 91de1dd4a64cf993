using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;

namespace Doorward.Control.Identity.Clients;

/// <summary>
/// Secrets of clients, of which only the hash is ever kept: we never have to say them to anybody. They are long and made by
/// machines, so the hash need not be as slow as a person's, and every token request pays for it.
/// </summary>
internal static class ClientSecrets
{
    internal const int Shortest = 20;
    private const int Iterations = 10_000;
    private static readonly object Nobody = new();
    private static readonly PasswordHasher<object> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    internal static string Hash(string secret) => Hasher.HashPassword(Nobody, secret);

    internal static bool Verify(string hash, string secret) => Hasher.VerifyHashedPassword(Nobody, hash, secret) != PasswordVerificationResult.Failed;
}

/// <summary>OpenIddict's record of clients, which takes the hash of the resource as it is instead of hashing a secret again.</summary>
internal sealed class HashedClients(
    IOpenIddictApplicationCache<OpenIddictEntityFrameworkCoreApplication> cache, ILogger<OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options, IOpenIddictApplicationStore<OpenIddictEntityFrameworkCoreApplication> store)
    : OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>(cache, logger, options, store)
{
    protected override ValueTask<string> ObfuscateClientSecretAsync(string secret, CancellationToken cancellationToken = default) => ValueTask.FromResult(secret);

    protected override ValueTask<bool> ValidateClientSecretAsync(string secret, string comparand, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ClientSecrets.Verify(comparand, secret));
}
