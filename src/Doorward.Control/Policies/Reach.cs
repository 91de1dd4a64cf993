using System.Collections.Immutable;
using Doorward.Control.Policies.Cases;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>What one person could open, asked of today's policies: as signed in just now, or a service account as coming by token.</summary>
internal sealed class Reach(IDbContextFactory<DoorwardDb> databases, PolicyHistory policies, TimeProvider time)
{
    /// <summary>Applications in order of names with the policies that let the person in; null when there is no such person.</summary>
    public async Task<IReadOnlyList<(string Application, ImmutableArray<string> Policies)>?> OfAsync(
        string user, AccessAction action, int assurance, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var names = await db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.Application).OrderBy(static d => d.Name).Select(static d => d.Name).ToListAsync(ct);
        List<AccessCase> cases = [.. names.Select(name => new AccessCase { User = user, Application = name, Action = action, Assurance = assurance })];
        if (!await db.Users.AnyAsync(u => u.UserName == user, ct)) return null;
        var world = await CaseWorld.ReadAsync(db, cases, ct);
        var bundle = await policies.TodayAsync(ct);
        var now = time.GetUtcNow();
        return
        [
            .. cases.Where(one => !world.IsDisabled(one))
                .Select(one => (one.Application, Input: world.Suppose(one, now)))
                .Where(static one => one.Input is not null)
                .Select(one => (one.Application, Decision: Evaluator.Evaluate(bundle, one.Input!)))
                .Where(static answer => answer.Decision.Allowed)
                .Select(static answer => (answer.Application, answer.Decision.Reasons)),
        ];
    }
}
