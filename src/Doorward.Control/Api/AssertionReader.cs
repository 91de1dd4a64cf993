using System.Security.Cryptography;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Doorward.Control.Api;

/// <summary>
/// Reads the session that a gateway asserts. Asked only on the web face, which a gateway's SVID opens; believed when signed
/// by a key that a gateway in good standing registered, for the console, and not past its time (RFC 8725: type, algorithm,
/// issuer, audience and expiry are each checked, and no key is taken from the token).
/// </summary>
internal sealed class AssertionReader(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    public const string Header = "Doorward-Assertion";
    private const string Type = "JWT";
    private const string SessionClaim = "sid";
    private const int MaxLength = 8 * 1024;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = MaxLength };

    public async Task<string?> ReadSessionAsync(HttpContext context, CancellationToken ct)
    {
        if (context.Request.Headers[Header] is not { Count: 1 } header || header[0] is not { Length: > 0 and <= MaxLength } text) return null;
        await using var db = await databases.CreateDbContextAsync(ct);
        using var key = await FindKeyAsync(db, KidOf(text), ct);
        if (key is null) return null;
        var settings = await db.Settings.AsNoTracking().SingleAsync(ct);
        var result = await Handler.ValidateTokenAsync(text, Parameters(settings, key));
        return result is { IsValid: true } && result.Claims.TryGetValue(SessionClaim, out var session) ? session as string : null;
    }

    private static string? KidOf(string text)
    {
        try
        {
            return new JsonWebToken(text).Kid;
        }
        catch (ArgumentException)
        {
            // Not a JWT at all.
            return null;
        }
    }

    private async Task<ECDsa?> FindKeyAsync(DoorwardDb db, string? kid, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(kid)) return null;
        var key = await db.AssertionKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Kid == kid, ct);
        if (key is null || key.NotAfter <= time.GetUtcNow()) return null;
        if (!await db.Gateways.AnyAsync(g => g.Name == key.Gateway && g.Revoked == null, ct)) return null;
        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
        });
    }

    private TokenValidationParameters Parameters(InstallationSettings settings, ECDsa key) => new()
    {
        ValidTypes = [Type],
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidIssuer = Issuer(settings),
        ValidAudience = SystemApplications.Console,
        IssuerSigningKey = new ECDsaSecurityKey(key),
        TryAllIssuerSigningKeys = true,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        LifetimeValidator = (from, until, _, _) => IsNow(from, until),
    };

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + Skew && (from is not { } start || now > start - Skew);
    }

    private static string Issuer(InstallationSettings settings)
    {
        var host = $"{SystemApplications.AuthLabel}.{settings.Domain}";
        return settings.PublicPort == 443 ? $"https://{host}" : $"https://{host}:{settings.PublicPort}";
    }
}
