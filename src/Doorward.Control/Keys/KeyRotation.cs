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
    ProtectionKeys protection, ConnectedGateways gateways, TimeProvider time)
{
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromHours(1);

    // Gateways make these keys, each its own: when they were last asked is known here alone, and a restart forgets it.
    private readonly Lock _gate = new();
    private DateTimeOffset? _asked;

    /// <summary>When gateways may be asked again; null when they have not been.</summary>
    public DateTimeOffset? AskableFrom
    {
        get
        {
            lock (_gate) return _asked is { } last && last <= time.GetUtcNow() ? last + AtMostEvery : null;
        }
    }

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
                return AskGateways();
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such key is rotated.");
        }
    }

    private string? AskGateways()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_asked is { } last && last <= now && now - last < AtMostEvery) return "Gateways were asked for new keys less than an hour ago.";
            if (gateways.Send(static () => new Core.Protocol.ControlMessage { RotateAssertionKey = new Core.Protocol.RotateAssertionKey() }) == 0) return "No gateway is connected, and each makes its own.";
            _asked = now;
            return null;
        }
    }
}
