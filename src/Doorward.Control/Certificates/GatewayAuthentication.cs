using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Changes;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Certificates;

/// <summary>Says which gateway speaks on a connection. Asked at every request, so that a revoked one is refused on open connections too.</summary>
internal sealed class GatewayAuthentication(ComponentCa ca, IDbContextFactory<DoorwardDb> databases, ChangeSignal signal, TimeProvider time)
{
    // Another control plane's changes are seen at the latest then; those of this process at once.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly Func<DoorwardDb, string, CancellationToken, Task<Gateway?>> ByName = EF.CompileAsyncQuery(
        static (DoorwardDb db, string name, CancellationToken _) => db.Gateways.AsNoTracking().SingleOrDefault(g => g.Name == name));

    // Devices ask hundreds of times a second through the same few gateways.
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    // What a certificate says does not change; a connection shows the same one at every request.
    private readonly ConditionalWeakTable<X509Certificate2, Leaf> _leaves = [];

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
        if (context.Connection.ClientCertificate is not { } certificate || _leaves.GetValue(certificate, Read) is not { Name: { } name } leaf)
        {
            return null;
        }

        var gateway = await FindAsync(name, context.RequestAborted);
        if (gateway is not { Revoked: null } || !IsCurrent(gateway, leaf.KeyHash))
        {
            return null;
        }

        var now = time.GetUtcNow();
        return (leaf.From <= now && now < leaf.Until) || allowExpired ? new GatewayCaller(name, leaf.Until, leaf.KeyHash) : null;
    }

    private async ValueTask<Gateway?> FindAsync(string name, CancellationToken ct)
    {
        if (_known.TryGetValue(name, out var known) && !known.Changed.IsCompleted && time.GetElapsedTime(known.Read) < Fresh) return known.Gateway;

        // Taken before it is read: a change in between is not slept through.
        var (changed, read) = (signal.Next, time.GetTimestamp());
        await using var db = await databases.CreateDbContextAsync(ct);
        var gateway = await ByName(db, name, ct);
        if (gateway is not null) _known[name] = new Known(gateway, changed, read);
        return gateway;
    }

    private Leaf Read(X509Certificate2 certificate) => new(
        SpiffeId.Of(certificate) is { } id && id.TrustDomain == ca.TrustDomain ? id.GatewayName : null,
        SigningRequest.HashOf(certificate.PublicKey), certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());

    private sealed record Known(Gateway Gateway, Task Changed, long Read);

    private sealed record Leaf(string? Name, byte[] KeyHash, DateTimeOffset From, DateTimeOffset Until);
}

/// <summary>A gateway, named by its certificate, and the key that it speaks with.</summary>
internal sealed record GatewayCaller(string Name, DateTimeOffset CertificateExpires, byte[] KeyHash);
