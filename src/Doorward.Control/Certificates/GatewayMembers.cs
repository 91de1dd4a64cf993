using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Certificates;

/// <summary>Lets gateways in, renews their certificates, and puts them out.</summary>
internal sealed class GatewayMembers(ComponentCa ca, IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    /// <summary>Uses the token up and certifies the key; null when the token is not good for this name.</summary>
    public async Task<X509Certificate2?> JoinAsync(JoinSecret secret, string name, SigningRequest request, CancellationToken ct)
    {
        var hash = Credential.Hash(secret.Secret);
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            var now = time.GetUtcNow();
            var known = await db.JoinTokens.SingleOrDefaultAsync(t => t.Hash == hash, token);
            if (known is null || known.Expires <= now || known.Name != name)
            {
                return null;
            }

            db.JoinTokens.Remove(known);
            var gateway = await db.Gateways.SingleOrDefaultAsync(g => g.Name == name, token);
            if (gateway is { Revoked: not null })
            {
                // Other gateways were told that this name is out; it stays out.
                return null;
            }

            var certificate = ca.IssueGateway(name, request);
            if (gateway is null)
            {
                db.Gateways.Add(new Gateway { Name = name, Joined = now, KeyHash = request.KeyHash(), CertificateExpires = certificate.NotAfter.ToUniversalTime() });
            }
            else
            {
                // Who joins again has lost the keys of before, perhaps to somebody.
                Certify(gateway, request, certificate, inUse: null);
            }

            await db.SaveChangesAsync(token);
            return certificate;
        }, ct);
    }

    /// <summary>Certifies the next key beside the one that the gateway speaks with; null when that one is no longer its own.</summary>
    public async Task<X509Certificate2?> RenewAsync(GatewayCaller caller, SigningRequest request, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            if (await db.Gateways.SingleOrDefaultAsync(g => g.Name == caller.Name && g.Revoked == null, token) is not { } gateway
                || !GatewayAuthentication.IsCurrent(gateway, caller.KeyHash))
            {
                return null;
            }

            var certificate = ca.IssueGateway(caller.Name, request);
            Certify(gateway, request, certificate, inUse: caller.KeyHash);
            await db.SaveChangesAsync(token);
            return certificate;
        }, ct);
    }

    /// <summary>Puts a gateway out for good; every gateway is told. Null when there is none of this name.</summary>
    public async Task<long?> RevokeAsync(string name, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            if (await db.Gateways.SingleOrDefaultAsync(g => g.Name == name, token) is not { } gateway)
            {
                return null;
            }

            gateway.Revoked ??= time.GetUtcNow();
            await db.SaveChangesAsync(token);
            return db.LastRevision ?? (long?)(await Changes.ChangeLog.HeadAsync(db, token)).Revision;
        }, ct);
    }

    /// <summary>Whether the gateway is let in with this key.</summary>
    public async Task<bool> HoldsAsync(string name, byte[] keyHash, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Gateways.AsNoTracking().SingleOrDefaultAsync(g => g.Name == name && g.Revoked == null, ct) is { } gateway
            && GatewayAuthentication.IsCurrent(gateway, keyHash);
    }

    /// <summary>
    /// Takes a revocation back, for a gateway that the control plane runs itself: no gateway apart can have its name, so those that
    /// were told it is out have nothing to unlearn. Its keys of before stay shut out by the join that follows.
    /// </summary>
    public async Task ReadmitAsync(string name, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.WriteAsync(async token =>
        {
            if (await db.Gateways.SingleOrDefaultAsync(g => g.Name == name && g.Revoked != null, token) is { } gateway)
            {
                gateway.Revoked = null;
                await db.SaveChangesAsync(token);
            }
        }, ct);
    }

    // The key in use stays good beside the new one: an answer may be lost on its way, and connections go on that were opened with it.
    private static void Certify(Gateway gateway, SigningRequest request, X509Certificate2 certificate, byte[]? inUse)
    {
        gateway.KeyHash = request.KeyHash();
        gateway.PreviousKeyHash = inUse;
        gateway.CertificateExpires = certificate.NotAfter.ToUniversalTime();
    }
}
