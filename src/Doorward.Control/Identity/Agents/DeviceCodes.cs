using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Doorward.Control.Identity.Agents;

/// <summary>
/// What RFC 8628 asks for and OpenIddict leaves open: how many codes a place may ask for, how often a waiting agent may ask, and how many
/// codes a person may mistype. Counted in the database, so that restarts forget nothing.
/// </summary>
public sealed class DeviceCodes(IDbContextFactory<DoorwardDb> databases, IHttpContextAccessor accessor, TimeProvider time) :
    IOpenIddictServerHandler<ValidateDeviceAuthorizationRequestContext>, IOpenIddictServerHandler<HandleDeviceAuthorizationRequestContext>,
    IOpenIddictServerHandler<ApplyDeviceAuthorizationResponseContext>, IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    internal const int PerLine = 30;
    internal const int InAll = 1_000;
    internal const int MostWrong = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    // Anybody may ask for a code, and each is two rows.
    public async ValueTask HandleAsync(ValidateDeviceAuthorizationRequestContext context)
    {
        var line = AgentGrants.Source(accessor).Line;
        if (!context.IsRejected && !await CountAsync([($"codes:{Hash(line)}", PerLine), ("codes:all", InAll)], context.CancellationToken))
            context.Reject(Errors.TemporarilyUnavailable, "Too many codes were asked for. Try again in a quarter of an hour.");
    }

    // What the person is shown before they allow it.
    public ValueTask HandleAsync(HandleDeviceAuthorizationRequestContext context)
    {
        context.Principal ??= new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity());
        context.Principal.SetClaim(AgentClient.MachineClaim, AgentClient.MachineOf(context.Request))
            .SetClaim(AgentClient.AddressClaim, AgentGrants.Source(accessor).Text);
        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(ApplyDeviceAuthorizationResponseContext context)
    {
        if (string.IsNullOrEmpty(context.Response.Error))
            context.Response["interval"] = (long)AgentClient.PollInterval.TotalSeconds;
        return ValueTask.CompletedTask;
    }

    // RFC 8628 section 3.5. Only codes that OpenIddict knows come as far as this, so nobody fills the table with others.
    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Response.Error == Errors.AuthorizationPending && context.Request?.DeviceCode is { } code && await IsHurriedAsync(code, context.CancellationToken))
        {
            context.Response.Error = Errors.SlowDown;
            context.Response.ErrorDescription = "Ask less often.";
        }
    }

    /// <summary>Whether a person may try another code. Whatever comes of it counts as wrong until <see cref="RightAsync"/>.</summary>
    public Task<bool> MayTryAsync(string userId, CancellationToken cancel) => CountAsync([($"typed:{Hash(userId)}", MostWrong)], cancel);

    /// <summary>The code was one.</summary>
    public async Task RightAsync(string userId, CancellationToken cancel)
    {
        var key = $"typed:{Hash(userId)}";
        await using var db = await databases.CreateDbContextAsync(cancel);
        await db.RateLimits.Where(counter => counter.Key == key).ExecuteDeleteAsync(cancel);
    }

    private async Task<bool> CountAsync((string Key, int Most)[] places, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.WriteAsync(async stop =>
        {
            var now = time.GetUtcNow();
            foreach (var (key, most) in places)
            {
                var counter = await db.RateLimits.FindAsync([key], stop) ?? db.RateLimits.Add(new RateLimitCounter { Key = key, Window = now, Count = 0 }).Entity;
                // A clock that was set back must not lengthen a wait.
                if (counter.Window + Window <= now || counter.Window > now)
                    (counter.Window, counter.Count) = (now, 0);
                if (counter.Count >= most)
                    return false;
                counter.Count++;
            }

            await db.SaveChangesAsync(stop);
            return true;
        }, cancel);
    }

    private async Task<bool> IsHurriedAsync(string code, CancellationToken cancel)
    {
        var key = $"poll:{Hash(code)}";
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.WriteAsync(async stop =>
        {
            var now = time.GetUtcNow();
            if (await db.RateLimits.FindAsync([key], stop) is not { } last)
            {
                db.RateLimits.Add(new RateLimitCounter { Key = key, Window = now, Count = 1 });
                await db.SaveChangesAsync(stop);
                return false;
            }

            // A second less: what was sent in time may arrive early.
            var hurried = last.Window <= now && now - last.Window < AgentClient.PollInterval - TimeSpan.FromSeconds(1);
            last.Window = now;
            await db.SaveChangesAsync(stop);
            return hurried;
        }, cancel);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
