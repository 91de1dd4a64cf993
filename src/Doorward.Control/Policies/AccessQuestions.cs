using System.Collections.Immutable;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Policies.Cases;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Doorward.Core.Remedies;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>
/// Asks today's policies about accesses that nobody has tried: people as signed in just now, with two factors unless said otherwise,
/// and service accounts as coming with a token, which is all they can do.
/// </summary>
internal sealed class AccessQuestions(IDbContextFactory<DoorwardDb> databases, PolicyHistory policies, TimeProvider time)
{
    private const int MostConsidered = 50;
    private const int AtOnce = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RemedyBudget = TimeSpan.FromMilliseconds(500);

    /// <summary>The answer for one case, with what decided it and what would change a no.</summary>
    public async Task<AccessAnswer> CanAsync(AccessCase asked, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var world = await CaseWorld.ReadAsync(db, [asked], ct);
        if (world.MissingFrom(asked) is { } missing) return new AccessAnswer.Missing(missing.Kind, missing.Name);
        if (world.Suppose(asked, time.GetUtcNow()) is not { } input) throw new InvalidOperationException("A case of which nothing is missing could not be supposed.");
        if (world.MissingFrom(asked, input.Evidence.Tunnel) is { } none) return new AccessAnswer.Missing(none.Kind, none.Name);
        if (world.IsDisabled(asked)) return new AccessAnswer.Decided(new AccessDecision { Cause = DecisionCause.SubjectDisabled }, input, [], []);
        var bundle = await policies.TodayAsync(ct);
        var decision = Evaluator.Evaluate(bundle, input);
        return new AccessAnswer.Decided(
            decision, input, ConsideredPolicy.Of(bundle, input, MostConsidered), decision.Allowed ? [] : RemedySearch.Find(bundle, input, time, RemedyBudget));
    }

    /// <summary>
    /// Enabled people who may, in order of names, and behind which name to go on; null when there is no such application. With few
    /// among many, a page ends after a time with fewer than it could hold.
    /// </summary>
    public async Task<Page<WhoCanView>?> WhoCanAsync(string application, AccessAction? action, int assurance, PageRequest page, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var asked = new AccessCase { Application = application, Action = action, Assurance = assurance };
        var (found, after, began) = (new List<(string Key, WhoCanView View)>(), page.After, time.GetTimestamp());
        var bundle = await policies.TodayAsync(ct);
        while (true)
        {
            var people = await db.Users.AsNoTracking().Where(u => !u.Disabled && u.NormalizedUserName!.CompareTo(after) > 0).OrderBy(static u => u.NormalizedUserName)
                .Take(AtOnce).Select(static u => new { Name = u.UserName!, Key = u.NormalizedUserName! }).ToListAsync(ct);
            var world = await CaseWorld.ReadAsync(db, [asked, .. people.Select(person => asked with { User = person.Name })], ct);
            if (world.MissingFrom(asked) is not null) return null;
            var now = time.GetUtcNow();
            foreach (var person in people)
            {
                var decision = Evaluator.Evaluate(bundle, world.Suppose(asked with { User = person.Name }, now)!);
                if (decision.Allowed) found.Add((person.Key, new WhoCanView(person.Name, decision.Reasons)));
                if (found.Count > page.Size) return new([.. found.Take(page.Size).Select(static one => one.View)], PageRequest.Encode(found[page.Size - 1].Key));
            }

            if (people.Count < AtOnce) return new([.. found.Select(static one => one.View)], null);
            after = people[^1].Key;
            if (time.GetElapsedTime(began) > Patience) return new([.. found.Select(static one => one.View)], PageRequest.Encode(after));
        }
    }
}

/// <summary>What a question about access is answered with.</summary>
internal abstract record AccessAnswer
{
    private AccessAnswer()
    {
    }

    /// <summary>Something of the case is not there: a user, an application, one of its targets or login names, or a network.</summary>
    public sealed record Missing(string Kind, string Name) : AccessAnswer;

    public sealed record Decided(
        AccessDecision Decision, EvaluationInput Input, ImmutableArray<ConsideredPolicy> Considered, ImmutableArray<Remedy> Remedies) : AccessAnswer;
}
