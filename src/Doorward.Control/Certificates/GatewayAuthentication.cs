using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Certificates;

/// <summary>Says which gateway speaks on a connection. Asked at every request, so that a revoked one is refused on open connections too.</summary>
internal sealed class GatewayAuthentication(ComponentCa ca, IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    /// <summary>The gateway, if its certificate is good now and it is not revoked.</summary>
    public Task<GatewayCaller?> CallerAsync(HttpContext context) => FindAsync(context, allowExpired: false);

    /// <summary>The gateway for a renewal: a machine that slept past the end proves itself by the key last certified to it.</summary>
    public Task<GatewayCaller?> RenewerAsync(HttpContext context) => FindAsync(context, allowExpired: true);

    // Without this, every certificate that a gateway ever had would open the installation to whoever finds its key, or stole it before
    // the gateway joined again.
    internal static bool IsCurrent(Gateway gateway, ReadOnlySpan<byte> key) =>
        key.SequenceEqual(gateway.KeyHash) || (gateway.PreviousKeyHash is { } previous && key.SequenceEqual(previous));

    private async Task<GatewayCaller?> FindAsync(HttpContext context, bool allowExpired)
    {
        // The handshake let in only leaves of our root; TLS resumption brings back the one it let in then.
        if (context.Connection.ClientCertificate is not { } certificate || Name(certificate) is not { } name)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(context.RequestAborted);
        var gateway = await db.Gateways.AsNoTracking().SingleOrDefaultAsync(g => g.Name == name, context.RequestAborted);
        var key = SigningRequest.HashOf(certificate.PublicKey);
        if (gateway is not { Revoked: null } || !IsCurrent(gateway, key))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var good = certificate.NotBefore.ToUniversalTime() <= now && now < certificate.NotAfter.ToUniversalTime();
        return good || allowExpired ? new GatewayCaller(name, certificate.NotAfter.ToUniversalTime(), key) : null;
    }

    private string? Name(X509Certificate2 certificate) =>
        SpiffeId.Of(certificate) is { } id && id.TrustDomain == ca.TrustDomain ? id.GatewayName : null;
}

/// <summary>A gateway, named by its certificate, and the key that it speaks with.</summary>
internal sealed record GatewayCaller(string Name, DateTimeOffset CertificateExpires, byte[] KeyHash);
