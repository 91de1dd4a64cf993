using Doorward.Control.Feeds;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace Doorward.Control.Keys;

/// <summary>
/// Brings the next key of a kind on before its time. What the one before made stays good for as long as it would have: a rotation shuts
/// nobody out, and takes nothing back either.
/// </summary>
internal sealed class KeyRotation(
    IDbContextFactory<DoorwardDb> databases, CookieKeyRing cookies, OidcKeys oidc, IOptionsMonitorCache<OpenIddictServerOptions> oidcOptions,
    ProtectionKeys protection, ConnectedGateways gateways)
{
    /// <summary>Says why nothing was done, or null.</summary>
    public async Task<string?> RotateAsync(string kind, CancellationToken ct)
    {
        switch (kind)
        {
            case KeyKinds.Cookie:
                await using (var db = await databases.CreateDbContextAsync(ct))
                {
                    return await cookies.RotateAsync(db, ct, now: true) ? null : "The newest key is less than an hour old.";
                }

            case KeyKinds.Oidc:
                if (!await oidc.RotateAsync(ct, now: true)) return "The newest key is less than 14 days old: clients are still learning it.";
                oidcOptions.TryRemove(Options.DefaultName);
                return null;
            case KeyKinds.DataProtection:
                return protection.Rotate() ? null : "The newest key is less than an hour old.";
            case KeyKinds.Assertion:
                return gateways.Send(static () => new Core.Protocol.ControlMessage { RotateAssertionKey = new Core.Protocol.RotateAssertionKey() }) > 0
                    ? null
                    : "No gateway is connected, and each makes its own.";
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such key is rotated.");
        }
    }
}
