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

    private async Task<GatewayCaller?> FindAsync(HttpContext context, bool allowExpired)
    {
        // The handshake let in only leaves of our root; TLS resumption brings back the one it let in then.
        if (context.Connection.ClientCertificate is not { } certificate || Name(certificate) is not { } name)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(context.RequestAborted);
        var gateway = await db.Gateways.AsNoTracking().SingleOrDefaultAsync(g => g.Name == name, context.RequestAborted);
        if (gateway is not { Revoked: null })
        {
            return null;
        }

        var now = time.GetUtcNow();
        var good = certificate.NotBefore.ToUniversalTime() <= now && now < certificate.NotAfter.ToUniversalTime();
        return good || (allowExpired && IsLastKey(gateway, certificate)) ? new GatewayCaller(name, certificate.NotAfter.ToUniversalTime()) : null;
    }

    private string? Name(X509Certificate2 certificate) =>
        SpiffeId.Of(certificate) is { } id && id.TrustDomain == ca.TrustDomain ? id.GatewayName : null;

    // Without this, every certificate a gateway ever had could be turned into a good one by whoever finds its key.
    private static bool IsLastKey(Gateway gateway, X509Certificate2 certificate)
    {
        var hash = SigningRequest.HashOf(certificate.PublicKey);
        return hash.AsSpan().SequenceEqual(gateway.KeyHash) || (gateway.PreviousKeyHash is { } previous && hash.AsSpan().SequenceEqual(previous));
    }
}

/// <summary>A gateway, named by its certificate.</summary>
internal sealed record GatewayCaller(string Name, DateTimeOffset CertificateExpires);
