using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Policies.Cases;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>What one person could open, asked of today's policies: as signed in just now, or a service account as coming by token.</summary>
internal sealed class Reach(IDbContextFactory<DoorwardDb> databases, PolicyHistory policies, TimeProvider time)
{
    private const int AtOnce = 1_000;

    /// <summary>Applications in order of names with the policies that let the person in; null when there is no such person.</summary>
    public async Task<Page<WhatCanView>?> OfAsync(string user, AccessAction? action, int assurance, PageRequest page, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (!await db.Users.AnyAsync(u => u.UserName == user, ct)) return null;
        var bundle = await policies.TodayAsync(ct);
        var (found, after, now) = (new List<WhatCanView>(), page.After, time.GetUtcNow());
        while (true)
        {
            var names = await db.Resources.AsNoTracking().Where(d => d.Kind == ResourceKinds.Application && d.Name.CompareTo(after) > 0)
                .OrderBy(static d => d.Name).Take(AtOnce).Select(static d => d.Name).ToListAsync(ct);
            List<AccessCase> cases = [.. names.Select(name => new AccessCase { User = user, Application = name, Action = action, Assurance = assurance })];
            var world = await CaseWorld.ReadAsync(db, cases, ct);
            found.AddRange(cases.Where(one => !world.IsDisabled(one))
                .Select(one => (one.Application, Input: world.Suppose(one, now)))
                .Where(static one => one.Input is not null)
                .Select(one => (one.Application, Decision: Evaluator.Evaluate(bundle, one.Input!)))
                .Where(static answer => answer.Decision.Allowed)
                .Select(static answer => new WhatCanView(answer.Application, answer.Decision.Reasons)));
            if (found.Count > page.Size || names.Count < AtOnce) return Page<WhatCanView>.Of([.. found.Take(page.Size + 1)], page, static view => view.Application);
            after = names[^1];
        }
    }
}
