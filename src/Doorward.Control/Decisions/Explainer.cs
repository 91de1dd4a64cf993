using System.Text;
using Doorward.Cedar;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Doorward.Core.Remedies;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Decisions;

/// <summary>Explains recorded decisions from what was kept: the input, and the policies as they were.</summary>
internal sealed class Explainer(IDbContextFactory<DoorwardDb> databases, PolicyHistory policies, PresentStanding standing, TimeProvider time)
{
    public const string Last = "last";
    private const int MostConsidered = 20;
    private static readonly TimeSpan RemedyBudget = TimeSpan.FromMilliseconds(200);

    /// <summary>The explanation of one decision, or of the newest; null when there is none.</summary>
    public async Task<Explanation?> ExplainAsync(string id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var entry = id == Last
            ? await db.Decisions.AsNoTracking().OrderByDescending(static d => d.At).ThenByDescending(static d => d.Id).FirstOrDefaultAsync(ct)
            : await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, ct);
        if (entry is null) return null;
        var input = await InputAsync(db, entry, ct);
        var then = await policies.AtAsync(entry.PolicyRevision, ct);
        var user = await db.Users.Where(u => u.Id == entry.SubjectId).Select(static u => u.UserName).SingleOrDefaultAsync(ct);
        var session = entry.SessionId is null ? null : await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == entry.SessionId, ct);
        var today = await standing.AskAsync(db, entry, input, session, ct);
        return Explain(entry, input, user, then) with
        {
            SessionEnd = session is null ? null : SessionEndView.Of(session),
            Today = today is { } answer ? Evaluated(entry, answer.Decision, answer.Why) : null,
            Later = id == Last ? await LaterAsync(db, entry.At, ct) : null,
        };
    }

    // A later visit without a session must not hide the decision that was asked for, nor pass unmentioned.
    private static async Task<string?> LaterAsync(DoorwardDb db, DateTimeOffset at, CancellationToken ct) =>
        await db.Refusals.AsNoTracking().Where(r => r.At > at).OrderByDescending(static r => r.At).FirstOrDefaultAsync(ct) is { } refusal
            ? $"{refusal.Id} was refused without a decision ({refusal.Code}); explain it by that reference"
            : null;

    private Explanation Explain(DecisionEntry entry, EvaluationInput? input, string? user, PolicyBundle then) => new()
    {
        Id = entry.Id,
        Time = entry.At,
        Decision = Word(entry.Allowed),
        Cause = entry.Cause,
        Told = entry.Told,
        By = entry.By,
        User = user ?? input?.Evidence.Subject.Name,
        Application = entry.Application,
        Action = entry.Action,
        Address = entry.Address,
        Session = entry.SessionId,
        Grant = entry.GrantId,
        Gateway = entry.Gateway,
        PolicyRevision = entry.PolicyRevision,
        Policies = [.. entry.Reasons.Select(name => Describe(name, then))],
        Considered = input is null || !DecidedByPolicy(entry) ? [] : Considered(then, input),
        NearMisses = entry.Allowed || input is null || !DecidedByPolicy(entry) ? [] : [.. ConsideredPolicy.ForOthers(then, input, MostConsidered).Select(one => AccessEndpoints.View(one, new AccessDecision()))],
        Errors = entry.Errors,
        ReportOnly = entry.ReportOnly,
        Evidence = input is null ? null : EvidenceFacts.Of(input),
        Remedies = entry.Allowed || input is null || !DecidedByPolicy(entry) ? [] : Remedies(then, input),
        Again = input is null || !DecidedByPolicy(entry) ? null : Evaluated(entry, Evaluator.Evaluate(then, input), null),
    };

    private static IReadOnlyList<ConsideredView> Considered(PolicyBundle bundle, EvaluationInput input)
    {
        var decision = Evaluator.Evaluate(bundle, input);
        return
        [
            .. ConsideredPolicy.Of(bundle, input, int.MaxValue)
                .Select(one => AccessEndpoints.View(one, decision)).OrderByDescending(static one => one.Decided).Take(MostConsidered),
        ];
    }

    private static async Task<EvaluationInput?> InputAsync(DoorwardDb db, DecisionEntry entry, CancellationToken ct)
    {
        if (entry.InputHash is not { } hash || entry.MomentJson is not { } moment) return null;
        var facts = await db.EvaluationInputs.AsNoTracking().SingleOrDefaultAsync(i => i.Hash == hash, ct);
        return facts is null ? null : EvaluationInput.FromJson(Encoding.UTF8.GetBytes(facts.Json), Encoding.UTF8.GetBytes(moment));
    }

    // Ended sessions, leases and the like are the gateway's own reasons: evaluating policies again says nothing of them.
    internal static bool DecidedByPolicy(DecisionEntry entry) => Enum.TryParse<DecisionCause>(entry.Cause, ignoreCase: true, out var cause)
        && cause is DecisionCause.Permitted or DecisionCause.NoPermit or DecisionCause.Forbidden or DecisionCause.PolicyError or DecisionCause.SignInTooOld;

    private static ExplainedPolicy Describe(string name, PolicyBundle bundle)
    {
        if (bundle.Policies.FirstOrDefault(p => p.Definition.Name == name) is not { } known) return new ExplainedPolicy(name, "unknown", "", [], null);
        var policy = PolicyParser.ParsePolicy(name, known.Definition.Cedar).Policy;
        return new ExplainedPolicy(
            name,
            policy?.Effect == Effect.Forbid ? "forbid" : "permit",
            known.Definition.Cedar,
            [.. policy?.Conditions.Select(static c => $"{(c.Kind == ConditionKind.When ? "when" : "unless")} {{ {c.Body} }}") ?? []],
            policy?.Annotations.GetValueOrDefault("explain"));
    }

    private IReadOnlyList<ExplainedRemedy> Remedies(PolicyBundle bundle, EvaluationInput input) =>
        [.. RemedySearch.Find(bundle, input, time, RemedyBudget).Select(ExplainedRemedy.Of)];

    private static ExplainedEvaluation Evaluated(DecisionEntry entry, AccessDecision decision, string? why)
    {
        var same = decision.Allowed == entry.Allowed && decision.Reasons.ToHashSet(StringComparer.Ordinal).SetEquals(entry.Reasons);
        return new ExplainedEvaluation(Word(decision.Allowed), decision.Cause.ToString(), decision.Reasons, same, why);
    }

    private static string Word(bool allowed) => allowed ? "allow" : "deny";
}
