using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Certificates;

/// <summary>Makes the one-time tokens that gateways join with.</summary>
public sealed class JoinTokens
{
    private readonly ComponentCa _ca;
    private readonly IDbContextFactory<DoorwardDb> _databases;
    private readonly TimeProvider _time;

    internal JoinTokens(ComponentCa ca, IDbContextFactory<DoorwardDb> databases, TimeProvider time) =>
        (_ca, _databases, _time) = (ca, databases, time);

    /// <summary>A token for one gateway of this name; known only now.</summary>
    /// <exception cref="ArgumentException">The name is not one for a component.</exception>
    public async Task<JoinSecret> CreateAsync(string name, TimeSpan lifetime, CancellationToken ct)
    {
        if (!SpiffeId.IsName(name))
        {
            throw new ArgumentException($"\"{name}\" is no name for a gateway: use 1 to 63 of a-z, 0-9 and hyphens inside.", nameof(name));
        }

        var secret = JoinSecret.New(_ca.Certificate);
        var now = _time.GetUtcNow();
        await using var db = await _databases.CreateDbContextAsync(ct);
        db.JoinTokens.Add(new JoinToken { Hash = Credential.Hash(secret.Secret), Name = name, Created = now, Expires = now + lifetime });
        await db.SaveChangesAsync(ct);
        return secret;
    }
}
