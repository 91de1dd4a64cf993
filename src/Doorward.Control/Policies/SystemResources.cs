using System.Text.Json;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>
/// Brings what every installation has up to this version of the product: the role groups, and the policies that judge the
/// console. Runs at start, changes nothing when nothing changed.
/// </summary>
public sealed class SystemResources(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    private const string By = "system";
    private static readonly string Empty = JsonSerializer.Serialize(new GroupSpec(), JsonSerializerOptions.Web);

    public async Task EnsureAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.WriteAsync(async token =>
        {
            await EnsureGroupsAsync(db, token);
            await EnsurePoliciesAsync(db, token);
            await db.SaveChangesAsync(token);
        }, ct);
    }

    private async Task EnsureGroupsAsync(DoorwardDb db, CancellationToken ct)
    {
        foreach (var name in BuiltIns.RoleGroups)
        {
            if (await db.Resources.AnyAsync(d => d.Kind == ResourceKinds.Group && d.Name == name, ct)) continue;
            var now = time.GetUtcNow();
            db.Resources.Add(new ResourceDocument
            {
                Kind = ResourceKinds.Group,
                Name = name,
                Json = Empty,
                Created = now,
                Updated = now,
                UpdatedBy = By,
            });
        }
    }

    // One that does not validate is a broken build, and nothing may run with it.
    private static Dictionary<string, string> Shipped()
    {
        var policies = EmbeddedPolicies.Read("System").ToDictionary(static p => p.Name, static p => p.Cedar, StringComparer.Ordinal);
        foreach (var (name, cedar) in policies)
        {
            if (RememberedChecks.Of(name, cedar).Errors is [var error, ..]) throw new InvalidOperationException($"The embedded policy {name} is not valid: {error.Message}");
        }

        return policies;
    }

    private async Task EnsurePoliciesAsync(DoorwardDb db, CancellationToken ct)
    {
        var wanted = Shipped();
        var current = await db.Policies.Where(p => p.RetiredById == null && (p.System || wanted.Keys.Contains(p.Name))).ToListAsync(ct);
        var stale = current.Where(p => !p.System || wanted.GetValueOrDefault(p.Name) != p.Cedar).ToList();
        var missing = wanted.Where(w => !current.Exists(p => p.System && p.Name == w.Key && p.Cedar == w.Value)).ToList();
        if (stale.Count == 0 && missing.Count == 0) return;
        var publication = new Publication { At = time.GetUtcNow(), By = By };
        publication.Retired.AddRange(stale);
        foreach (var (name, cedar) in missing)
        {
            var newest = await db.Policies.Where(p => p.Name == name).MaxAsync(static p => (long?)p.Version, ct) ?? 0;
            publication.Added.Add(new PolicyVersion { Name = name, Version = newest + 1, Cedar = cedar, System = true });
        }

        db.Publications.Add(publication);
    }
}
