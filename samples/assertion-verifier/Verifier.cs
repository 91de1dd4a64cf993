using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AssertionVerifier;

/// <summary>Who asks, once the assertion is believed.</summary>
internal sealed record Caller(string Subject, string Name, IReadOnlyList<string> Groups);

/// <summary>
/// Believes an assertion only if every rule of RFC 8725 that applies holds: one algorithm, one type, one issuer, this audience,
/// not expired, and a key that came from the issuer's own address.
/// </summary>
internal sealed class Verifier(VerifierOptions options, IssuerKeys keys, TimeProvider time)
{
    // The gateway's clock and ours may differ by a little; an assertion lives for at most a minute.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(60);
    private const int LongestToken = 16 * 1024;

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    /// <summary>The caller, or null for an assertion that is not to be believed, whatever the reason.</summary>
    public async Task<Caller?> VerifyAsync(string? assertion, CancellationToken cancel)
    {
        if (assertion is not { Length: > 0 and <= LongestToken } || Parse(assertion) is not { } token
            || token.Alg != SecurityAlgorithms.EcdsaSha256 || await keys.FindAsync(token.Kid, cancel) is not { } key)
        {
            return null;
        }

        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = ["JWT"],
            ValidIssuer = options.Issuer.GetLeftPart(UriPartial.Authority),
            ValidAudience = options.Audience,
            IssuerSigningKey = key,
            LifetimeValidator = (_, _, _, _) => IsAlive(token),
            TryAllIssuerSigningKeys = false,
        });
        return result.IsValid && token.TryGetPayloadValue<string>("name", out var name)
            ? new Caller(token.Subject, name, [.. token.Claims.Where(claim => claim.Type == "groups").Select(claim => claim.Value)])
            : null;
    }

    private bool IsAlive(JsonWebToken token)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return token.IssuedAt != DateTime.MinValue && token.ValidTo != DateTime.MinValue
            && token.IssuedAt - Skew <= now && now < token.ValidTo + Skew
            && token.ValidTo - token.IssuedAt <= LongestLife;
    }

    private static JsonWebToken? Parse(string assertion)
    {
        try
        {
            return new JsonWebToken(assertion) is { Kid.Length: > 0 } token ? token : null;
        }
        catch (ArgumentException)
        {
            // The library throws this, and what derives from it, for text that is not a token.
            return null;
        }
    }
}
