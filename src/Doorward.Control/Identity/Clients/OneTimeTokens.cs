using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Clients;

/// <summary>
/// Codes and refresh tokens are good once, also in parallel. OpenIddict reads that one is unused and marks it used in two
/// steps, and requests that come between the two all pass. This is the last rule before tokens are made: the use is written
/// under the write lock, and whoever comes second ends the whole family (RFC 9700 section 4.14.2), the first one's answer included.
/// </summary>
internal sealed class OneTimeTokens(DoorwardDb db, IOpenIddictTokenManager tokens, AgentSessions agents, TimeProvider time) :
    IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ValidateTokenContext>
{
    /// <summary>Counted when a code comes a second time.</summary>
    internal static string SecondUseKey(string code) => $"again:{Hash(code)}";

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.IsRejected || (context.AuthorizationCodePrincipal ?? context.DeviceCodePrincipal ?? context.RefreshTokenPrincipal) is not { } principal)
            return;
        if (principal.GetTokenId() is { } id && await IsFirstUseAsync(id, context.Request.Code ?? context.Request.DeviceCode, context.CancellationToken))
            return;
        if (principal.GetAuthorizationId() is { } family)
            await EndFamilyAsync(family, context.CancellationToken);
        if ((context.Request.Code ?? context.Request.DeviceCode) is { } code)
            await agents.EndUsedAsync(code, context.CancellationToken);
        context.Reject(Errors.InvalidGrant, "This was used before.");
    }

    /// <summary>
    /// Before OpenIddict refuses what is marked used: it ends the tokens that there are, and those that the first use is being given
    /// right now are not there yet.
    /// </summary>
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is { } principal && (context.TokenId ?? principal.GetTokenId()) is { } id
            && await tokens.FindByIdAsync(id, context.CancellationToken) is { } token
            && await tokens.HasStatusAsync(token, Statuses.Redeemed, context.CancellationToken)
            && await tokens.GetAuthorizationIdAsync(token, context.CancellationToken) is { } family)
            await EndFamilyAsync(family, context.CancellationToken);
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

    // The authorization too: what the first one is being given right now is not among the tokens yet. Under the write lock, and not
    // by what was read of it: of several who come second at once, one must not undo the other's.
    private Task<int> EndFamilyAsync(string family, CancellationToken cancel) => db.WriteAsync(async stop =>
    {
        await db.Set<OpenIddictEntityFrameworkCoreToken>().Where(token => token.Authorization!.Id == family)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.Status, Statuses.Revoked), stop);
        return await db.Set<OpenIddictEntityFrameworkCoreAuthorization>().Where(authorization => authorization.Id == family)
            .ExecuteUpdateAsync(set => set.SetProperty(authorization => authorization.Status, Statuses.Revoked), stop);
    }, cancel);
}
