using System.Buffers.Text;
using System.Security.Cryptography;
using Doorward.Control.Storage;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Feeds;

/// <summary>The public keys that gateways sign <c>Doorward-Assertion</c> with. A gateway signs with one only after it is kept here.</summary>
internal sealed class AssertionKeys(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    private const int CoordinateBytes = 32;
    private const int LongestKid = 64;

    // A key a day, at somebody's word one an hour, and one at each start of a gateway: those before these sign nothing any more.
    internal const int MostOfOne = 64;
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(31);

    // Assertions live 60 s, clocks differ by less: a key stays in the set this long after its last use.
    private static readonly TimeSpan Afterlife = TimeSpan.FromMinutes(10);

    public async Task RegisterAsync(string gateway, Core.Protocol.AssertionKey key, CancellationToken ct)
    {
        var notAfter = key.NotAfter?.ToDateTimeOffset() ?? default;
        var now = time.GetUtcNow();
        if (key.Kid.Length is 0 or > LongestKid || notAfter <= now || notAfter > now + LongestLife || !IsPoint(key.X, key.Y))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The assertion key is no P-256 key with a name and a life of at most 31 days."));
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await db.WriteAsync(async token =>
        {
            var known = await db.AssertionKeys.SingleOrDefaultAsync(k => k.Kid == key.Kid, token);
            if (known is null)
            {
                db.AssertionKeys.RemoveRange(await db.AssertionKeys.Where(k => k.Gateway == gateway).OrderByDescending(k => k.NotAfter).Skip(MostOfOne - 1).ToListAsync(token));
                db.AssertionKeys.Add(new AssertionKey { Kid = key.Kid, Gateway = gateway, X = key.X, Y = key.Y, NotAfter = notAfter });
            }
            else if (known.Gateway != gateway || known.X != key.X || known.Y != key.Y)
            {
                throw new RpcException(new Status(StatusCode.AlreadyExists, "Another key has this name."));
            }

            await db.SaveChangesAsync(token);
        }, ct);
    }

    /// <summary>The keys of gateways in good standing that may have signed something still good.</summary>
    public async Task<IReadOnlyList<AssertionKey>> ListAsync(CancellationToken ct)
    {
        var since = time.GetUtcNow() - Afterlife;
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.AssertionKeys.AsNoTracking()
            .Where(k => k.NotAfter > since && db.Gateways.Any(g => g.Name == k.Gateway && g.Revoked == null))
            .OrderBy(k => k.Kid).ToListAsync(ct);
    }

    public async Task ForgetExpiredAsync(CancellationToken ct)
    {
        var since = time.GetUtcNow() - Afterlife;
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.WriteAsync(token => db.AssertionKeys.Where(k => k.NotAfter <= since).ExecuteDeleteAsync(token), ct);
    }

    private static bool IsPoint(string x, string y)
    {
        try
        {
            var point = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) };
            if (point.X.Length != CoordinateBytes || point.Y.Length != CoordinateBytes)
            {
                return false;
            }

            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            return true;
        }
        catch (Exception problem) when (problem is FormatException or CryptographicException)
        {
            return false;
        }
    }
}
