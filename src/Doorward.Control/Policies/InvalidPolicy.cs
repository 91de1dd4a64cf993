using Doorward.Control.Storage;
using Doorward.Core.Policies;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>
/// A policy in force that could not be published today: it is from before there was a schema, or the schema of this version says
/// less. It stays in force, because taking a forbid away would open a door, and nothing else is published until it is mended.
/// </summary>
/// <param name="Error">The first thing that is wrong with it.</param>
internal sealed record InvalidPolicy(string Name, PolicyNote Error)
{
    /// <summary>Those among the policies of the installation; empty when all is well.</summary>
    public static IReadOnlyList<InvalidPolicy> Among(IEnumerable<PolicyVersion> inForce) =>
    [
        .. inForce.Where(static policy => !policy.System)
            .Select(static policy => (policy.Name, RememberedChecks.Of(policy.Name, policy.Cedar).Errors))
            .Where(static checkedPolicy => !checkedPolicy.Errors.IsEmpty)
            .Select(static checkedPolicy => new InvalidPolicy(checkedPolicy.Name, checkedPolicy.Errors[0]))
            .OrderBy(static policy => policy.Name, StringComparer.Ordinal),
    ];

    public static async Task<IReadOnlyList<InvalidPolicy>> FindAsync(DoorwardDb db, CancellationToken ct) =>
        Among(await db.Policies.AsNoTracking().Where(static p => p.RetiredById == null && !p.System).ToListAsync(ct));
}
