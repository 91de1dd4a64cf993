using System.Collections.Immutable;
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
    private static readonly TimeSpan RemedyBudget = TimeSpan.FromMilliseconds(500);

    /// <summary>The answer for one case, with what decided it and what would change a no.</summary>
    public async Task<AccessAnswer> CanAsync(AccessCase asked, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var world = await CaseWorld.ReadAsync(db, [asked], ct);
        if (world.MissingFrom(asked) is { } missing) return new AccessAnswer.Missing(missing.Kind, missing.Name);
        if (world.Suppose(asked, time.GetUtcNow()) is not { } input) throw new InvalidOperationException("A case of which nothing is missing could not be supposed.");
        if (world.IsDisabled(asked)) return new AccessAnswer.Decided(new AccessDecision { Cause = DecisionCause.SubjectDisabled }, input, [], []);
        var bundle = await policies.TodayAsync(ct);
        var decision = Evaluator.Evaluate(bundle, input);
        return new AccessAnswer.Decided(
            decision, input, ConsideredPolicy.Of(bundle, input, MostConsidered), decision.Allowed ? [] : RemedySearch.Find(bundle, input, time, RemedyBudget));
    }

    /// <summary>Every enabled person who may, in order of names; null when there is no such application.</summary>
    public async Task<IReadOnlyList<(string User, ImmutableArray<string> Policies)>?> WhoCanAsync(
        string application, AccessAction action, int assurance, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var names = await db.Users.AsNoTracking().Where(static u => !u.Disabled).OrderBy(static u => u.UserName).Select(static u => u.UserName!).ToListAsync(ct);
        var asked = new AccessCase { Application = application, Action = action, Assurance = assurance };
        var world = await CaseWorld.ReadAsync(db, [asked, .. names.Select(name => asked with { User = name })], ct);
        if (world.MissingFrom(asked) is not null) return null;
        var bundle = await policies.TodayAsync(ct);
        var now = time.GetUtcNow();
        return
        [
            .. names.Select(name => (User: name, Decision: Evaluator.Evaluate(bundle, world.Suppose(asked with { User = name }, now)!)))
                .Where(static answer => answer.Decision.Allowed)
                .Select(static answer => (answer.User, answer.Decision.Reasons)),
        ];
    }
}

/// <summary>What a question about access is answered with.</summary>
internal abstract record AccessAnswer
{
    private AccessAnswer()
    {
    }

    /// <summary>Something of the case is not there: a user, an application or a network.</summary>
    public sealed record Missing(string Kind, string Name) : AccessAnswer;

    public sealed record Decided(
        AccessDecision Decision, EvaluationInput Input, ImmutableArray<ConsideredPolicy> Considered, ImmutableArray<Remedy> Remedies) : AccessAnswer;
}
