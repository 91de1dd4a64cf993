using System.Collections.Immutable;
using Doorward.Control.Api;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Remedies;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>
/// Asks today's policies about those who are not here: people as signed in just now, with two factors unless said otherwise, and
/// service accounts as coming with a token, which is all they can do.
/// </summary>
internal sealed class AccessQuestions(IDbContextFactory<DoorwardDb> databases, PolicyHistory policies, TimeProvider time)
{
    private static readonly TimeSpan RemedyBudget = TimeSpan.FromMilliseconds(500);

    /// <summary>The answer for one person or service account, with what would change a no.</summary>
    public async Task<AccessAnswer> CanAsync(
        string user, string application, AccessAction action, int assurance, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.UserName == user, ct) is not { } person) return new AccessAnswer.NoUser();
        if (await ResourceAsync(db, application, ct) is not { } resource) return new AccessAnswer.NoApplication();
        if (person.Disabled) return new AccessAnswer.Decided(new AccessDecision { Cause = DecisionCause.SubjectDisabled }, []);
        var bundle = await policies.TodayAsync(ct);
        var zone = await ZoneAsync(db, ct);
        var input = Input(person, zone, await ApiAccess.ReadNestingAsync(db, ct), resource, action, assurance);
        var decision = Evaluator.Evaluate(bundle, input);
        return new AccessAnswer.Decided(decision, decision.Allowed ? [] : RemedySearch.Find(bundle, input, time, RemedyBudget));
    }

    /// <summary>Every enabled person who may, in order of names; null when there is no such application.</summary>
    public async Task<IReadOnlyList<(string User, ImmutableArray<string> Policies)>?> WhoCanAsync(
        string application, AccessAction action, int assurance, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await ResourceAsync(db, application, ct) is not { } resource) return null;
        var bundle = await policies.TodayAsync(ct);
        var nesting = await ApiAccess.ReadNestingAsync(db, ct);
        var zone = await ZoneAsync(db, ct);
        var people = await db.Users.AsNoTracking().Where(static u => !u.Disabled).OrderBy(static u => u.UserName).ToListAsync(ct);
        return
        [
            .. people.Select(person => (person.UserName!, Decision: Evaluator.Evaluate(bundle, Input(person, zone, nesting, resource, action, assurance))))
                .Where(static answer => answer.Decision.Allowed)
                .Select(static answer => (answer.Item1, answer.Decision.Reasons)),
        ];
    }

    private static async Task<ResourceFacts?> ResourceAsync(DoorwardDb db, string application, CancellationToken ct)
    {
        var document = await db.Resources.AsNoTracking().SingleOrDefaultAsync(d => d.Kind == ResourceKinds.Application && d.Name == application, ct);
        if (document is null) return null;
        var definition = System.Text.Json.JsonSerializer.Deserialize(document.Json, ApplicationJson.Default.ApplicationDefinition)!;
        return ResourceFacts.From(definition, document.System);
    }

    private static Task<string> ZoneAsync(DoorwardDb db, CancellationToken ct) => db.Settings.Select(static settings => settings.TimeZone).SingleAsync(ct);

    private EvaluationInput Input(User person, string zone, Nesting nesting, ResourceFacts resource, AccessAction action, int assurance)
    {
        var now = time.GetUtcNow();
        var token = person.Kind == SubjectKind.Service;
        return new EvaluationInput(
            new Evidence
            {
                Subject = new SubjectEvidence(person.Kind, person.UserName!, nesting.GroupsOf(person.UserName!), person.Email),
                Session = new SessionEvidence
                {
                    Assurance = token ? 1 : assurance,
                    Authenticated = now,
                    Expires = now.AddHours(1),
                    Methods = token ? ["token"] : assurance switch { >= 3 => ["hwk", "mfa"], 2 => ["mfa", "otp", "pwd"], _ => ["pwd"] },
                },
                Time = TimeEvidence.At(now, TimeEvidence.ZoneOf(person.TimeZone, zone)),
            },
            action,
            resource);
    }
}

/// <summary>What a question about access is answered with.</summary>
internal abstract record AccessAnswer
{
    private AccessAnswer()
    {
    }

    public sealed record NoUser : AccessAnswer;

    public sealed record NoApplication : AccessAnswer;

    public sealed record Decided(AccessDecision Decision, ImmutableArray<Remedy> Remedies) : AccessAnswer;
}
