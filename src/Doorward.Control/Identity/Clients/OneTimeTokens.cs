using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Clients;

/// <summary>
/// Codes and refresh tokens are good once, also in parallel. OpenIddict reads that one is unused and marks it used in two
/// steps, and requests that come between the two all pass. This is the last rule before tokens are made: the use is written
/// under the write lock, and whoever comes second ends the whole family (RFC 9700 section 4.14.2), the first one's answer included.
/// </summary>
internal sealed class OneTimeTokens(DoorwardDb db, IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations, AgentSessions agents, TimeProvider time) :
    IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    /// <summary>Counted when a code comes a second time.</summary>
    internal static string SecondUseKey(string code) => $"again:{Hash(code)}";

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.IsRejected || (context.AuthorizationCodePrincipal ?? context.DeviceCodePrincipal ?? context.RefreshTokenPrincipal) is not { } principal)
            return;
        if (principal.GetTokenId() is { } id && await IsFirstUseAsync(id, context.Request.Code ?? context.Request.DeviceCode, context.CancellationToken))
            return;
        await EndFamilyAsync(principal, context.CancellationToken);
        if ((context.Request.Code ?? context.Request.DeviceCode) is { } code)
            await agents.EndUsedAsync(code, context.CancellationToken);
        context.Reject(Errors.InvalidGrant, "This was used before.");
    }

    // The sweep forgets the use after an hour; by then the token's own entry has long said so.
    private Task<bool> IsFirstUseAsync(string id, string? code, CancellationToken cancel) => db.WriteAsync(async stop =>
    {
        var key = $"redeemed:{Hash(id)}";
        if (await db.RateLimits.AnyAsync(counter => counter.Key == key, stop))
        {
            if (code is not null)
                await NoteSecondUseAsync(code, stop);
            return false;
        }

        db.RateLimits.Add(new RateLimitCounter { Key = key, Window = time.GetUtcNow(), Count = 1 });
        await db.SaveChangesAsync(stop);
        return true;
    }, cancel);

    // The first may be about to begin a session by it, and must find this before it does.
    private async Task NoteSecondUseAsync(string code, CancellationToken stop)
    {
        var key = SecondUseKey(code);
        if (await db.RateLimits.AnyAsync(counter => counter.Key == key, stop))
            return;
        db.RateLimits.Add(new RateLimitCounter { Key = key, Window = time.GetUtcNow(), Count = 1 });
        await db.SaveChangesAsync(stop);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // The authorization too: what the first one is being given right now is not among the tokens yet.
    private async Task EndFamilyAsync(ClaimsPrincipal principal, CancellationToken cancel)
    {
        if (principal.GetAuthorizationId() is not { } id)
            return;
        if (await authorizations.FindByIdAsync(id, cancel) is { } authorization)
            await authorizations.TryRevokeAsync(authorization, cancel);
        await tokens.RevokeByAuthorizationIdAsync(id, cancel);
    }
}
