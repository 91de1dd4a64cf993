using System.Runtime.CompilerServices;
using System.Text;
using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Decisions;

/// <summary>Makes recorded decisions again with other policies: what publishing those would change for whoever came.</summary>
internal sealed class PolicyReplay(IDbContextFactory<DoorwardDb> databases, PolicyHistory policies)
{
    public const int DefaultDecisions = 100_000, MostDecisions = 1_000_000;

    /// <summary>Compares today's policies with those that would be, over the newest decisions whose inputs are kept.</summary>
    public Task<ReplayAnswer> CompareAsync(IReadOnlyCollection<PolicyDefinition> put, IReadOnlyCollection<string> removed, int limit, CancellationToken ct) =>
        Task.Run(() => CompareNowAsync(put, removed, limit, ct), ct); // SQLite is read without ever waiting: a page of the console would stand still meanwhile

    private async Task<ReplayAnswer> CompareNowAsync(IReadOnlyCollection<PolicyDefinition> put, IReadOnlyCollection<string> removed, int limit, CancellationToken ct)
    {
        var today = await policies.TodayAsync(ct);
        var then = today.With(today.Revision, put, removed);
        var changed = today.Policies.Concat(then.Policies).GroupBy(static p => p.Definition).Where(static same => same.Count() == 1).Select(static one => one.First()).ToList();
        var tally = new ReplayTally();
        if (changed.Count == 0) return tally.ToAnswer(0);
        await foreach (var recorded in RecordedAsync(limit, ct))
        {
            tally.Count(recorded.Decision.At);
            // What no changed policy speaks of stays as it is.
            if (!changed.Exists(policy => policy.Concerns(recorded.Decision.Application))) continue;
            if (EvaluationInput.FromJson(Encoding.UTF8.GetBytes(recorded.Facts), Encoding.UTF8.GetBytes(recorded.Decision.MomentJson!)) is not { } input) continue;
            var (before, after) = (Evaluator.Evaluate(today, input), Evaluator.Evaluate(then, input));
            if (before.Allowed != after.Allowed) tally.Add(recorded.Decision, input, before, after);
        }

        return tally.ToAnswer(changed.DistinctBy(static policy => policy.Definition.Name).Count());
    }

    private sealed record Recorded(DecisionEntry Decision, string Facts);

    private async IAsyncEnumerable<Recorded> RecordedAsync(int limit, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var newest = db.Decisions.AsNoTracking()
            .Where(static d => d.InputHash != null && d.MomentJson != null)
            .OrderByDescending(static d => d.At).ThenByDescending(static d => d.Id).Take(limit);
        var joined = newest.Join(db.EvaluationInputs.AsNoTracking(), static d => d.InputHash, static i => i.Hash, static (d, i) => new { Decision = d, i.Json });
        await foreach (var one in joined.OrderByDescending(static one => one.Decision.At).AsAsyncEnumerable().WithCancellation(ct))
        {
            // Ended sessions, leases and the like are the gateway's own reasons, whatever policies say.
            if (Explainer.DecidedByPolicy(one.Decision)) yield return new Recorded(one.Decision, one.Json);
        }
    }
}
